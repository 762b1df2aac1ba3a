using System.Collections.Concurrent;

namespace ShadowMiddleware.Soak.Watching;

/// <summary>
/// Whether anything still holds requests that are long over. Watches the target of one request in eight: a string of its own, which
/// every copy of the request holds too.
/// </summary>
internal sealed class Leftovers
{
    private const int Share = 8;

    // Longer than any copy waits and any send takes.
    private static readonly TimeSpan Old = TimeSpan.FromSeconds(20);

    // The server holds the last target of each connection and of each stream that it keeps for the next request.
    private const int Most = 150;

    private readonly TimeProvider _time;
    private readonly ConcurrentQueue<(WeakReference Target, long Since)> _watched = new();
    private int _requests;

    public Leftovers(TimeProvider time) => _time = time;

    public void Watch(string target)
    {
        if (Interlocked.Increment(ref _requests) % Share == 0)
        {
            _watched.Enqueue((new WeakReference(target), _time.GetTimestamp()));
        }
    }

    /// <summary>Looks, after a collection, and forgets what is gone.</summary>
    /// <returns>What is wrong; <see langword="null"/> when nothing is.</returns>
    public string? Find()
    {
        var old = 0;
        for (var count = _watched.Count; count > 0 && _watched.TryDequeue(out var watched); count--)
        {
            if (watched.Target.IsAlive)
            {
                _watched.Enqueue(watched);
                old += _time.GetElapsedTime(watched.Since) > Old ? 1 : 0;
            }
        }

        return old > Most ? $"About {old * Share} requests are still held {Old.TotalSeconds} s after they came." : null;
    }
}
