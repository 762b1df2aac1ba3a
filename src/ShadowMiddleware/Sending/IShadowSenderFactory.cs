using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Sending;

/// <summary>Makes the sender of a shadow, once per shadow.</summary>
internal interface IShadowSenderFactory
{
    /// <summary>
    /// Makes sure that the sender of a shadow will have its client. Runs what the app gave to <c>ConfigureShadowClient</c>, and throws
    /// what that throws.
    /// </summary>
    void Prepare(ShadowConfiguration configuration);

    /// <summary>Makes the sender. Never throws: a client that was not prepared is made by the first send, which fails if that fails.</summary>
    IShadowSender Create(ShadowConfiguration configuration, ShadowAccount account);
}
