using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ShadowMiddleware.Background;

namespace ShadowMiddleware.Soak.Names;

/// <summary>
/// Finds the hosts of shadows as bad name servers do: at once, after seconds, at the end of the run, not at all, or elsewhere. Looks at how it is
/// asked, too: on a thread that serves no requests, once for a host at a time, and for a few hosts at once.
/// </summary>
internal sealed class ErraticLookup : IHostLookup, IDisposable
{
    // Every name that ends so is that of one shadow.
    private const string Domain = ".soak.test";

    // What was found before must not become too old to be used, with what else comes in between.
    private static readonly TimeSpan LongestHang = NameResolver.MaxAge / 2;

    private static readonly IPAddress Home = IPAddress.Loopback;
    private static readonly IPAddress[] Homes = [Home];

    // Of the healthy shadow, which listens at all addresses of IPv4: another one, both, and one where nobody is beside one that answers.
    private static readonly IPAddress[][] OtherHomes =
    [
        [IPAddress.Parse("127.0.0.2")],
        [IPAddress.Parse("127.0.0.2"), Home],
        [IPAddress.IPv6Loopback, Home],
    ];

    // Of the broken ones, which listen at one address.
    private static readonly IPAddress[] Nowhere = [IPAddress.Parse("127.0.0.2")];

    private readonly Findings _findings;
    private readonly ManualResetEventSlim _over = new();
    private readonly ConcurrentDictionary<string, bool> _running = new(StringComparer.OrdinalIgnoreCase);

    // Held while a lookup begins, and not while it hangs.
    private readonly Lock _gate = new();
    private readonly Random _random;
    private readonly Queue<NameTrouble> _troublesOfWell = [];
    private readonly Queue<NameTrouble> _troublesOfBroken = [];
    private readonly Dictionary<NameTrouble, int> _counts = [];
    private bool _isWellKnown;
    private int _endless;
    private int _names;

    public ErraticLookup(Random random, Findings findings)
    {
        _random = random;
        _findings = findings;
    }

    /// <summary>The host of the healthy shadow that has one. It is found when it is asked for first: what is kept is good from then on.</summary>
    public static string WellHost => $"well{Domain}";

    /// <summary>A host of a broken shadow, that nobody has asked for yet.</summary>
    public string CreateHost() => $"broken-{Interlocked.Increment(ref _names)}{Domain}";

    /// <summary>How often a trouble was met.</summary>
    public int Count(NameTrouble trouble)
    {
        lock (_gate)
        {
            return _counts.GetValueOrDefault(trouble);
        }
    }

    public IPAddress[] Find(string host)
    {
        if (Thread.CurrentThread.IsThreadPoolThread)
        {
            _findings.Add($"The addresses of {host} were asked for on a thread that serves requests.");
        }

        if (!_running.TryAdd(host, true) || _running.Count > NameResolver.MaxThreads)
        {
            _findings.Add($"Too much is asked for at once: {host}, with {string.Join(", ", _running.Keys)}.");
        }

        try
        {
            return FindAfter(Begin(host));
        }
        finally
        {
            _running.TryRemove(host, out _);
        }
    }

    /// <summary>Ends what hangs.</summary>
    public void Dispose() => _over.Set();

    private (NameTrouble Trouble, TimeSpan Time, IPAddress[] Addresses) Begin(string host)
    {
        var isWell = host.Equals(WellHost, StringComparison.OrdinalIgnoreCase);
        lock (_gate)
        {
            var trouble = Draw(isWell);
            _counts[trouble] = _counts.GetValueOrDefault(trouble) + 1;
            var time = trouble switch
            {
                NameTrouble.Hang => TimeSpan.FromMilliseconds(_random.Next(500, 8_000)),
                NameTrouble.EndlessHang => LongestHang,
                _ => TimeSpan.Zero,
            };
            var addresses =
                trouble != NameTrouble.Elsewhere ? Homes
                : isWell ? _random.GetItems(OtherHomes, 1)[0]
                : Nowhere;
            return (trouble, time, addresses);
        }
    }

    private NameTrouble Draw(bool isWell)
    {
        if (isWell && !_isWellKnown)
        {
            _isWellKnown = true;
            return NameTrouble.None;
        }

        var troubles = isWell ? _troublesOfWell : _troublesOfBroken;
        if (troubles.Count == 0)
        {
            // All in turn, in another order each time. Behind the one that hangs for so long nothing else would come.
            NameTrouble[] next = [NameTrouble.None, NameTrouble.Elsewhere, NameTrouble.Hang, NameTrouble.Failure];
            _random.Shuffle(next);
            Array.ForEach([.. next, NameTrouble.EndlessHang], troubles.Enqueue);
        }

        // One of the broken shadows at a time: each holds a thread, and the others have to get on.
        var trouble = troubles.Dequeue();
        return trouble == NameTrouble.EndlessHang && !isWell && _endless++ > 0 ? NameTrouble.Hang : trouble;
    }

    private IPAddress[] FindAfter((NameTrouble Trouble, TimeSpan Time, IPAddress[] Addresses) answer)
    {
        var isOver = _over.Wait(answer.Time);
        return isOver ? throw new SocketException((int)SocketError.TryAgain)
            : answer.Trouble == NameTrouble.Failure ? throw new SocketException((int)SocketError.HostNotFound)
            : answer.Addresses;
    }
}
