using ShadowMiddleware.Soak.Apps;
using ShadowMiddleware.Soak.Traffic;

namespace ShadowMiddleware.Soak.Clients;

/// <summary>What all clients share.</summary>
internal sealed record ClientContext(
    SoakHost Host,
    Waves Waves,
    RequestKinds Kinds,
    Tickets Tickets,
    Expectations Expectations,
    Findings Findings,
    ClientCounts Counts
)
{
    // A request that takes as long hangs: nothing in the app takes more than a few seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Ends a request that hangs. Not the end of the run: requests that have begun are judged to their end.</summary>
    public static CancellationTokenSource NewLimit() => new(Patience);

    /// <summary>Judges an answer.</summary>
    public async Task JudgeAsync(RequestKind kind, bool isHttp2, Answer answer, CancellationToken token)
    {
        Counts.AddAnswer();
        if (await Expectations.JudgeAsync(kind, isHttp2, answer, token) is { } fault)
        {
            Findings.Add(fault);
        }
    }
}
