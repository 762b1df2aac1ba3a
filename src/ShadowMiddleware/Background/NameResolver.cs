using System.Net;
using System.Net.Sockets;

namespace ShadowMiddleware.Background;

/// <summary>
/// Finds the addresses of hosts. A host is asked for once at a time however many wait, on a thread of its own, and for as long as it takes:
/// whoever gives up waiting leaves nothing behind. The platform's own way blocks a thread of the pool, which serves requests, for each
/// wait that was given up.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class NameResolver
{
    /// <summary>Lookups at once. Further hosts wait for a thread; one that hangs holds up to this many.</summary>
    internal const int MaxThreads = 4;

    /// <summary>Hosts whose addresses are kept.</summary>
    internal const int MaxHosts = 256;

    /// <summary>For how long the addresses of a host are used without asking again.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    /// <summary>For how long a host is not asked for again when there was no answer.</summary>
    internal static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>How long a lookup may take before the last good addresses are used instead.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    /// <summary>For how long the last good addresses are used when lookups fail or take too long.</summary>
    internal static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    private readonly IHostLookup _lookup;
    private readonly TimeProvider _timeProvider;

    // Held for a look at what is known, and never during a lookup.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ResolvedHost> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly Queue<ResolvedHost> _queue = [];
    private int _threads;

    public NameResolver(IHostLookup lookup, TimeProvider timeProvider)
    {
        _lookup = lookup;
        _timeProvider = timeProvider;
    }

    /// <summary>Finds the addresses of a host. An address is its own.</summary>
    /// <param name="host">The name or address, without brackets.</param>
    /// <param name="cancellationToken">Ends the waiting, not the lookup.</param>
    /// <exception cref="SocketException">There are none, or no room for one host more.</exception>
    public ValueTask<IPAddress[]> FindAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return new ValueTask<IPAddress[]>([literal]);
        }

        Task<IPAddress[]> lookup;
        IPAddress[]? lastGood;
        TimeSpan patience;
        bool needsThread;
        lock (_gate)
        {
            var known = GetOrAdd(host);
            known.UsedAt = _timeProvider.GetTimestamp();
            var age = known.Age(_timeProvider);
            if (known.Addresses is not null && age < Lifetime)
            {
                return new ValueTask<IPAddress[]>(known.Addresses);
            }

            if (!known.IsAsked && !HasJustFailed(known))
            {
                known.Ask(known.UsedAt);
                _queue.Enqueue(known);
            }

            needsThread = _queue.Count > 0 && _threads < MaxThreads;
            _threads += needsThread ? 1 : 0;
            lookup = known.Lookup!;
            lastGood = age < MaxAge ? known.Addresses : null;
            patience = Patience - _timeProvider.GetElapsedTime(known.Since);
        }

        if (needsThread)
        {
            StartThread();
        }

        if (lastGood is null)
        {
            return new ValueTask<IPAddress[]>(lookup.WaitAsync(cancellationToken));
        }

        return lookup.IsFaulted || patience <= TimeSpan.Zero
            ? new ValueTask<IPAddress[]>(lastGood)
            : WaitAsync(lookup, lastGood, patience, cancellationToken);
    }

    private async ValueTask<IPAddress[]> WaitAsync(
        Task<IPAddress[]> lookup,
        IPAddress[] lastGood,
        TimeSpan patience,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await lookup.WaitAsync(patience, _timeProvider, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return lastGood;
        }
    }

    private bool HasJustFailed(ResolvedHost host) =>
        host.Lookup is { IsFaulted: true } && _timeProvider.GetElapsedTime(host.Since) < RetryDelay;

    private ResolvedHost GetOrAdd(string name)
    {
        if (_hosts.TryGetValue(name, out var known))
        {
            return known;
        }

        if (_hosts.Count >= MaxHosts)
        {
            // Those that are being asked for stay: there is one lookup of a host at a time.
            var oldest = _hosts.Values.Where(static host => !host.IsAsked).MinBy(static host => host.UsedAt);
            if (oldest is null)
            {
                throw new SocketException((int)SocketError.TryAgain);
            }

            _hosts.Remove(oldest.Name);
        }

        var host = new ResolvedHost(name);
        _hosts.Add(name, host);
        return host;
    }

    private void StartThread()
    {
        try
        {
            new Thread(LookUp) { IsBackground = true, Name = "ShadowMiddleware names" }.UnsafeStart();
        }
        catch
        {
            // Whoever comes next tries again.
            lock (_gate)
            {
                _threads--;
            }

            throw;
        }
    }

    private void LookUp()
    {
        while (TryTake() is { } host)
        {
            try
            {
                var addresses = _lookup.Find(host.Name);
                if (addresses.Length == 0)
                {
                    throw new SocketException((int)SocketError.NoData);
                }

                lock (_gate)
                {
                    host.Found(addresses, _timeProvider.GetTimestamp());
                }
            }
            catch (Exception exception)
            {
                lock (_gate)
                {
                    host.Fail(exception, _timeProvider.GetTimestamp());
                }
            }
        }
    }

    // A thread without a host ends. A new one costs less than a lookup.
    private ResolvedHost? TryTake()
    {
        lock (_gate)
        {
            if (_queue.TryDequeue(out var host))
            {
                return host;
            }

            _threads--;
            return null;
        }
    }
}
