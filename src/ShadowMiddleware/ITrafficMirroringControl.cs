using System.Security.Claims;

namespace ShadowMiddleware;

/// <summary>What an operator can change while the app runs, for this instance of it.</summary>
/// <remarks>
/// Registered as a singleton by <c>AddTrafficMirroring</c>. Safe to call from any thread at any time; what is set here holds from the next request on, survives
/// reloads of the configuration, and is gone with the process.
/// </remarks>
public interface ITrafficMirroringControl
{
    /// <summary>Limits the share of a shadow, whatever its percent, its rules and the endpoints say.</summary>
    /// <param name="shadow">The name of a shadow that is configured.</param>
    /// <param name="percent">In percent, 0 to 100, fractions allowed. 100, as at the start, is no limit. What falls above it is skipped as <c>not_sampled</c>.</param>
    /// <exception cref="ArgumentException">There is no such shadow.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="shadow"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="percent"/> is not from 0 to 100.</exception>
    void SetCeiling(string shadow, double percent);

    /// <summary>Stops the copying to a shadow, or lets it go on. Requests are skipped as <c>paused</c> meanwhile; what was copied before is still sent.</summary>
    /// <param name="shadow">The name of a shadow that is configured.</param>
    /// <param name="paused">Whether it stops.</param>
    /// <exception cref="ArgumentException">There is no such shadow.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="shadow"/> is <see langword="null"/>.</exception>
    void SetPaused(string shadow, bool paused);

    /// <summary>Says what would become of a request: whether it would be mirrored, which rule decides so, and what would be sent. Sends and counts nothing.</summary>
    /// <param name="method">The method, such as <c>GET</c>.</param>
    /// <param name="target">The path with or without a query, as a client writes it: <c>/orders/42?preview=true</c>.</param>
    /// <param name="headers">The header fields, <c>Host</c> included; one that is repeated stands here as often. Default none.</param>
    /// <param name="user">Who sends it, for <c>SampleBy: Claim:…</c> and for code of the app's. Default: nobody.</param>
    /// <returns>The answer for each shadow, with its secrets masked. It holds for this moment: a reload, an operator or the clock may change it.</returns>
    /// <remarks>
    /// <para>
    /// The app's predicates (<see cref="ShadowOptions.When"/>) and transforms run, on a context that holds what is given here, the endpoint and a scope of the app's services. Routing is asked for the
    /// endpoint; endpoints, other middleware and providers of tokens do not run. The request has no body.
    /// </para>
    /// <para>Load is not asked: a request that would be mirrored may still be dropped, for a full queue for instance.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">An argument is none that a request could have.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="method"/> or <paramref name="target"/> is <see langword="null"/>.</exception>
    MirroringExplanation Explain(
        string method,
        string target,
        IEnumerable<KeyValuePair<string, string>>? headers = null,
        ClaimsPrincipal? user = null
    );
}
