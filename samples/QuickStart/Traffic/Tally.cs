namespace QuickStart.Traffic;

/// <summary>What the clients saw, added up. Safe to use from any thread.</summary>
internal sealed class Tally
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, long> _statuses = [];
    private readonly List<double> _primaryMilliseconds = [];
    private readonly List<double> _twinMilliseconds = [];
    private long _requests;
    private long _different;
    private string? _firstDifferent;

    public long Different => Interlocked.Read(ref _different);

    public void Add(Step step, Answer primary, Answer twin, bool timed)
    {
        lock (_lock)
        {
            _requests++;
            _statuses[primary.Status] = _statuses.GetValueOrDefault(primary.Status) + 1;
            if (timed)
            {
                _primaryMilliseconds.Add(primary.Duration.TotalMilliseconds);
                _twinMilliseconds.Add(twin.Duration.TotalMilliseconds);
            }

            if (primary.Status == 0 || !primary.SameAs(twin))
            {
                _different++;
                _firstDifferent ??=
                    $"{step.Method} {step.Target}\n\nThe primary answered:\n{primary}\n\nThe twin answered:\n{twin}";
            }
        }
    }

    public ClientView GetView()
    {
        lock (_lock)
        {
            return new ClientView(
                _requests,
                _statuses.ToDictionary(),
                Latency.Of(_primaryMilliseconds),
                Latency.Of(_twinMilliseconds),
                _different,
                _firstDifferent
            );
        }
    }
}
