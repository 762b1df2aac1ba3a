using System.Net.NetworkInformation;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Dispatch;

namespace ShadowMiddleware.Soak.Watching;

/// <summary>Looks at every bound all the while: bytes, queues, concurrency, connections, warnings.</summary>
internal sealed class BoundsWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);
    private const int LooksPerConnectionCount = 100;

    // What the library promises of the highest concurrency that is configured, the default: one that closes overlaps with one that takes its place.
    private const int MostConnections = 2 * TrafficMirroringDefaults.MaxConcurrency;

    private readonly ByteBudget _budget;
    private readonly ShadowDirectory _directory;
    private readonly Func<IEnumerable<string>> _addresses;
    private readonly Findings _findings;
    private readonly Ceiling _bytes = new();
    private readonly Dictionary<string, Ceiling> _queues = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Ceiling> _workers = new(StringComparer.Ordinal);

    /// <param name="services">Those of the mirrored app.</param>
    /// <param name="addresses">Where the shadows are at the moment.</param>
    /// <param name="findings">What is over a bound.</param>
    public BoundsWatch(IServiceProvider services, Func<IEnumerable<string>> addresses, Findings findings)
    {
        _budget = services.GetRequiredService<ByteBudget>();
        _directory = services.GetRequiredService<ShadowDirectory>();
        _addresses = addresses;
        _findings = findings;
    }

    public long PeakBytes => _bytes.Peak;

    public long PeakQueue => _queues.Values.Max(queue => queue.Peak);

    public int PeakConnections { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            using var timer = new PeriodicTimer(Interval);
            for (var i = 1; await timer.WaitForNextTickAsync(stop); i++)
            {
                await LookAsync();
                if (i % LooksPerConnectionCount == 0)
                {
                    CountConnections();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
        catch (Exception exception)
        {
            _findings.Add($"The bounds could not be watched: {exception}");
        }
    }

    private async Task LookAsync()
    {
        Report("Bytes held", await _bytes.CheckAsync(_budget.Limit, () => _budget.Used));
        foreach (var route in _directory.Current.All)
        {
            var (configuration, dispatcher) = (route.Configuration, route.Dispatcher);
            var name = configuration.Name;
            var queue = _queues.TryGetValue(name, out var known) ? known : _queues[name] = new Ceiling();
            var workers = _workers.TryGetValue(name, out known) ? known : _workers[name] = new Ceiling();
            Report(
                $"Copies queued for {name}",
                await queue.CheckAsync(configuration.QueueCapacity, () => dispatcher.Queued)
            );
            Report(
                $"Sends to {name}",
                await workers.CheckAsync(configuration.MaxConcurrency, () => dispatcher.Workers)
            );
        }
    }

    // From this side only, and only what is open from this side: what a shadow that hangs has not closed yet is its own.
    private void CountConnections()
    {
        var open = IPGlobalProperties
            .GetIPGlobalProperties()
            .GetActiveTcpConnections()
            .Where(connection => connection.State is TcpState.Established or TcpState.CloseWait or TcpState.SynSent)
            .CountBy(connection => connection.RemoteEndPoint.Port)
            .ToDictionary();
        foreach (var address in _addresses())
        {
            var count = open.GetValueOrDefault(new Uri(address).Port);
            PeakConnections = Math.Max(PeakConnections, count);
            Report($"Connections to {address}", count > MostConnections ? $"{count} over {MostConnections}" : null);
        }
    }

    private void Report(string what, string? excess)
    {
        if (excess is not null)
        {
            _findings.Add($"{what}: {excess}.");
        }
    }
}
