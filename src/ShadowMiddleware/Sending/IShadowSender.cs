using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Sending;

/// <summary>Sends copies to one shadow and accounts for each.</summary>
internal interface IShadowSender
{
    /// <summary>Takes over a reload.</summary>
    void Update(ShadowConfiguration configuration);

    /// <summary>Sends one copy and counts what became of it, exactly once. Never throws.</summary>
    /// <param name="captured">The request; the caller holds it until the task has ended.</param>
    /// <param name="configuration">The shadow's configuration in force.</param>
    /// <param name="tagHeader">The name of the tag's header.</param>
    /// <param name="stopping">Ends the send when the host stops.</param>
    ValueTask SendAsync(
        CapturedRequest captured,
        ShadowConfiguration configuration,
        string tagHeader,
        CancellationToken stopping
    );
}
