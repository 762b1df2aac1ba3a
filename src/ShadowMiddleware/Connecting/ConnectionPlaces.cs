using System.Runtime.InteropServices;

namespace ShadowMiddleware.Connecting;

/// <summary>The connections that are open or being opened, by what they go to, the oldest first.</summary>
internal sealed class ConnectionPlaces
{
    // Held for a look at a list and never while something is connected or closed.
    private readonly Lock _gate = new();
    private readonly Dictionary<ConnectionTarget, List<ConnectionPlace>> _taken = [];
    private readonly TimeProvider _timeProvider;

    public ConnectionPlaces(TimeProvider timeProvider) => _timeProvider = timeProvider;

    /// <summary>Takes a place when fewer than the limit are taken.</summary>
    public ConnectionPlace? TryTake(ConnectionTarget target, int limit)
    {
        lock (_gate)
        {
            ref var taken = ref CollectionsMarshal.GetValueRefOrAddDefault(_taken, target, out _);
            taken ??= [];
            if (taken.Count >= limit)
            {
                return null;
            }

            var place = new ConnectionPlace(this, target, _timeProvider.GetTimestamp());
            taken.Add(place);
            return place;
        }
    }

    /// <summary>The place that was taken first, if that is longer ago than this.</summary>
    public ConnectionPlace? FindOldest(ConnectionTarget target, TimeSpan age)
    {
        lock (_gate)
        {
            return
                _taken.TryGetValue(target, out var taken)
                && taken is [var oldest, ..]
                && _timeProvider.GetElapsedTime(oldest.TakenAt) > age
                ? oldest
                : null;
        }
    }

    /// <summary>
    /// The places at targets of a shadow whose connections have been silent for as long as is given for their target. Those that other shadows
    /// have opened there are among them: the client shares its connections.
    /// </summary>
    public List<ConnectionPlace> FindSilent(ReadAllowance shadow, Func<ConnectionTarget, TimeSpan> time)
    {
        lock (_gate)
        {
            return
            [
                .. _taken
                    .Where(at => at.Value.Exists(place => place.Traffic?.MayBeOf(shadow) == true))
                    .SelectMany(at => FindSilent(at.Value, time(at.Key))),
            ];
        }
    }

    private static IEnumerable<ConnectionPlace> FindSilent(List<ConnectionPlace> places, TimeSpan time) =>
        places.Where(place => place.Traffic?.IsSilentFor(time) == true);

    /// <summary>Gives a place back. Called by finalizers as well.</summary>
    public void Free(ConnectionPlace place)
    {
        lock (_gate)
        {
            if (_taken.TryGetValue(place.Target, out var taken) && taken.Remove(place) && taken.Count == 0)
            {
                // Reloads may bring one address after the other.
                _taken.Remove(place.Target);
            }
        }
    }
}
