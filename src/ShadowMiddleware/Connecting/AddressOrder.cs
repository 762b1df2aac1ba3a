using System.Net;
using System.Runtime.InteropServices;

namespace ShadowMiddleware.Connecting;

/// <summary>
/// In which order the addresses of a host are tried: the families alternate (RFC 8305 section 4), and within a family the addresses take
/// turns at being first, so that the instances behind one name share the connections. Those that did not answer a short while ago come
/// last.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class AddressOrder
{
    /// <summary>For how long an address that did not answer comes last.</summary>
    internal static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    /// <summary>Addresses of one host that are tried, so many within the time that a connect has.</summary>
    internal const int MaxTried = 16;

    /// <summary>Addresses that are remembered.</summary>
    internal const int MaxRemembered = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPEndPoint, long> _failedAt = [];
    private readonly TimeProvider _timeProvider;
    private int _turn = -1;

    public AddressOrder(TimeProvider timeProvider) => _timeProvider = timeProvider;

    /// <summary>The addresses in the order in which to try them.</summary>
    public IPEndPoint[] Sort(IPAddress[] addresses, int port)
    {
        var endPoints = Array.ConvertAll(
            addresses,
            address => new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port)
        );
        if (endPoints.Length == 1)
        {
            return endPoints;
        }

        var turn = (uint)Interlocked.Increment(ref _turn);
        var last = endPoints.Where(HasFailed).ToHashSet();
        return [.. Interleave(endPoints.Where(endPoint => !last.Contains(endPoint)), turn).Concat(last).Take(MaxTried)];
    }

    /// <summary>Remembers that an address did not answer.</summary>
    public void Failed(IPEndPoint endPoint)
    {
        lock (_gate)
        {
            if (_failedAt.Count >= MaxRemembered)
            {
                _failedAt.Clear();
            }

            CollectionsMarshal.GetValueRefOrAddDefault(_failedAt, endPoint, out _) = _timeProvider.GetTimestamp();
        }
    }

    /// <summary>Remembers that an address answered.</summary>
    public void Answered(IPEndPoint endPoint)
    {
        lock (_gate)
        {
            _failedAt.Remove(endPoint);
        }
    }

    private bool HasFailed(IPEndPoint endPoint)
    {
        lock (_gate)
        {
            return _failedAt.TryGetValue(endPoint, out var at) && _timeProvider.GetElapsedTime(at) < Memory;
        }
    }

    // The family that the resolver prefers begins.
    private static IEnumerable<IPEndPoint> Interleave(IEnumerable<IPEndPoint> endPoints, uint turn) =>
        endPoints
            .GroupBy(static endPoint => endPoint.AddressFamily)
            .SelectMany(
                (family, rank) =>
                    Rotate([.. family], turn)
                        .Select((endPoint, place) => (EndPoint: endPoint, Place: place, Rank: rank))
            )
            .OrderBy(static entry => entry.Place)
            .ThenBy(static entry => entry.Rank)
            .Select(static entry => entry.EndPoint);

    private static IEnumerable<IPEndPoint> Rotate(IPEndPoint[] family, uint turn)
    {
        var first = (int)(turn % (uint)family.Length);
        return [.. family[first..], .. family[..first]];
    }
}
