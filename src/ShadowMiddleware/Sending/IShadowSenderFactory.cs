using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Sending;

/// <summary>Makes the sender of a shadow, once per shadow.</summary>
internal interface IShadowSenderFactory
{
    IShadowSender Create(ShadowConfiguration configuration, ShadowAccount account);
}
