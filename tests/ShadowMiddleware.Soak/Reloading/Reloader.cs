using ShadowMiddleware.Configuration;
using ShadowMiddleware.Soak.Shadows;
using ShadowMiddleware.Soak.Traffic;

namespace ShadowMiddleware.Soak.Reloading;

/// <summary>Changes the configuration all the while, in every way that traffic can feel.</summary>
internal sealed class Reloader
{
    private static readonly (string Key, string?[] Values)[] ForAll =
    [
        ("MaxBufferedBytes", ["300000", "1000000", "4000000", "16000000"]),
        ("Protection:Enabled", [null, "false"]),
    ];

    private static readonly (string Key, string?[] Values)[] ForWell =
    [
        ("Percent", ["100", "100", "100", "100", "100", "50", "0"]),
        ("QueueCapacity", ["1000", "50"]),
        ("MaxConcurrency", ["32", "4"]),
        ("Writes", [null, null, null, null, "Skip"]),
    ];

    private static readonly (string Key, string?[] Values)[] ForBroken =
    [
        ("Percent", ["100", "100", "50"]),
        ("QueueCapacity", ["4", "16", "64"]),
        ("MaxConcurrency", ["1", "4", "8"]),
        // Never above any of the budgets, which would be refused.
        ("MaxBodyBytes", ["1000", "100000", "300000"]),
        ("MaxRequestsPerSecond", [null, null, null, null, "20"]),
        ("QueueTimeout", ["00:00:00.05", "00:00:00.5"]),
        ("Timeout", ["00:00:00.1", "00:00:00.3", "00:00:01"]),
    ];

    private static readonly Topic[] TopicsForWell =
    [
        CopyShapes.All,
        new(
            [],
            [("SampleBy", "TraceId")],
            [("SampleBy", "Cookie:id")],
            [("SampleBy", $"Header:{Ticket.Field}"), ("Salt", "soak")],
            [("SampleBy", "Claim:sub")]
        ),
        new(
            [],
            [("Rules:0:Methods:0", "GET"), ("Rules:0:Methods:1", "PUT"), ("Rules:0:Percent", "0")],
            [("Rules:0:Paths:0", "/soak/{**rest}"), ("Rules:0:Percent", "50"), ("Rules:1:ResponseStatus:0", "2xx")],
            [("Rules:0:Query:x", "a b"), ("Rules:0:ResponseStatus:0", "404"), ("Rules:0:ResponseStatus:1", "5xx")],
            [
                ("Rules:0:Hosts:0", "*.example.com"),
                ("Rules:1:Headers:Content-Type", "application/json"),
                ("Rules:1:Percent", "10"),
            ]
        ),
    ];

    private static readonly (string Key, string Value)[] Bad =
    [
        ("Shadows:exact:Percent", "101"),
        ("Shadows:exact:Adress", "http://localhost"),
        ("Shadows:exact:Address", "nowhere"),
        ("Shadows:exact:RewritePath:Replacement", "$9"),
        ("Shadows:exact:Rules:9:Methods:0", "get"),
        ("Enabled", "perhaps"),
        ("MaxBufferedBytes", "-1"),
    ];

    private readonly Settings _settings;
    private readonly ConfigurationMonitor _monitor;
    private readonly Random _random;
    private readonly Findings _findings;
    private readonly string _guestAddress;

    public Reloader(
        Settings settings,
        ConfigurationMonitor monitor,
        string guestAddress,
        Random random,
        Findings findings
    )
    {
        _settings = settings;
        _monitor = monitor;
        _guestAddress = guestAddress;
        _random = random;
        _findings = findings;
    }

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(50, 500)), stop);
                await ReloadAsync(stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
        catch (Exception exception)
        {
            _findings.Add($"A reload threw: {exception}");
        }
    }

    private async Task ReloadAsync(CancellationToken stop)
    {
        switch (_random.Next(16))
        {
            case 0:
                _settings.Change(("Enabled", "false"));
                await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(200)), stop);
                _settings.Change(("Enabled", "true"));
                break;
            case 1 or 2:
                var isThere = _monitor.Current.Shadows.Any(shadow => shadow.Name == ShadowNames.Guest);
                _settings.Change(($"Shadows:{ShadowNames.Guest}:Address", isThere ? null : _guestAddress));
                break;
            case 3:
                var (key, value) = _random.GetItems(Bad, 1)[0];
                if (!_settings.Spoil(_monitor, key, value))
                {
                    _findings.Add($"A bad configuration was put in force: {key} = {value}");
                }

                break;
            case 4:
                Change("", ForAll);
                break;
            case 5 or 6:
                Change($"Shadows:{_random.GetItems(ShadowNames.Well, 1)[0]}:", ForWell);
                break;
            case 7 or 8 or 9 or 10:
                var prefix = $"Shadows:{_random.GetItems(ShadowNames.Well, 1)[0]}:";
                _settings.Change(_random.GetItems(TopicsForWell, 1)[0].Draw(_random, prefix));
                break;
            case 11:
                // Over for a moment: what stays so has nothing to look at.
                var until = $"Shadows:{_random.GetItems(ShadowNames.Well, 1)[0]}:Until";
                _settings.Change((until, "2001-01-01T00:00:00Z"));
                await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(200)), stop);
                _settings.Change((until, _random.Next(2) == 0 ? null : "2199-01-01T00:00:00Z"));
                break;
            default:
                Change($"Shadows:{_random.GetItems(ShadowNames.Broken, 1)[0]}:", ForBroken);
                break;
        }
    }

    private void Change(string prefix, (string Key, string?[] Values)[] choices)
    {
        var (key, values) = _random.GetItems(choices, 1)[0];
        _settings.Change(($"{prefix}{key}", _random.GetItems(values, 1)[0]));
    }
}
