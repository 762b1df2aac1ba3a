using System.Net;

namespace ShadowMiddleware.Background;

/// <summary>What is known of the addresses of one host. Guarded by the lock of its <see cref="NameResolver"/>.</summary>
internal sealed class ResolvedHost(string name)
{
    private TaskCompletionSource<IPAddress[]>? _lookup;
    private long _foundAt;

    public string Name => name;

    /// <summary>The last addresses that were found; <see langword="null"/>: none were, ever.</summary>
    public IPAddress[]? Addresses { get; private set; }

    /// <summary>The last lookup, which may be under way; <see langword="null"/>: there was none.</summary>
    public Task<IPAddress[]>? Lookup => _lookup?.Task;

    public bool IsAsked => Lookup is { IsCompleted: false };

    /// <summary>When the last lookup was asked for or, once it has ended, when it ended.</summary>
    public long Since { get; private set; }

    /// <summary>When somebody last wanted to know.</summary>
    public long UsedAt { get; set; }

    /// <summary>How old the last good addresses are.</summary>
    public TimeSpan Age(TimeProvider timeProvider) => timeProvider.GetElapsedTime(_foundAt);

    public void Ask(long now)
    {
        // Who waits goes on elsewhere: the lookup's thread has other hosts to ask for.
        _lookup = new TaskCompletionSource<IPAddress[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        Since = now;
    }

    public void Found(IPAddress[] addresses, long now)
    {
        Addresses = addresses;
        _foundAt = now;
        Since = now;
        _lookup!.SetResult(addresses);
    }

    public void Fail(Exception exception, long now)
    {
        Since = now;
        _lookup!.SetException(exception);

        // Looked at, because nobody may be waiting.
        _ = _lookup.Task.Exception;
    }
}
