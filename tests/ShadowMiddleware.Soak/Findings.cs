using System.Collections.Concurrent;

namespace ShadowMiddleware.Soak;

/// <summary>What must not be, from wherever it was seen. The first finding stops the traffic; the summary is written all the same.</summary>
internal sealed class Findings : IDisposable
{
    private const int Most = 10;

    private readonly ConcurrentQueue<string> _all = [];
    private readonly CancellationTokenSource _first = new();

    public IReadOnlyCollection<string> All => _all;

    /// <summary>Cancelled by the first finding.</summary>
    public CancellationToken First => _first.Token;

    public void Add(string finding)
    {
        if (_all.Count < Most)
        {
            _all.Enqueue(finding);
        }

        _ = _first.CancelAsync();
    }

    public void Dispose() => _first.Dispose();
}
