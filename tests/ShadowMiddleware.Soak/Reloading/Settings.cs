using Microsoft.Extensions.Configuration;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.Soak.Reloading;

/// <summary>The configuration of the mirror, changed from several sides while it runs.</summary>
internal sealed class Settings
{
    private const string Section = "TrafficMirroring";

    private readonly Lock _gate = new();
    private readonly ReloadableSettings _source = new();

    public IConfigurationSource Source => _source;

    /// <summary>Good changes.</summary>
    public int Changes { get; private set; }

    /// <summary>Changes that had to be refused.</summary>
    public int Refusals { get; private set; }

    public static IConfigurationSection SectionOf(IConfiguration configuration) => configuration.GetSection(Section);

    /// <summary>Changes keys below the section and reloads. A key set to <see langword="null"/> is removed.</summary>
    public void Change(params (string Key, string? Value)[] changes)
    {
        lock (_gate)
        {
            Changes++;
            _source.Change(data => Set(data, changes));
        }
    }

    /// <summary>Makes the configuration bad for a moment.</summary>
    /// <returns>Whether what is in force stayed as it was.</returns>
    public bool Spoil(ConfigurationMonitor monitor, string key, string value)
    {
        lock (_gate)
        {
            Refusals++;
            var before = monitor.Current;
            string? good = null;
            _source.Change(data =>
            {
                data.TryGetValue($"{Section}:{key}", out good);
                Set(data, [(key, value)]);
            });
            var stayed = ReferenceEquals(before, monitor.Current);
            _source.Change(data => Set(data, [(key, good)]));
            return stayed;
        }
    }

    private static void Set(IDictionary<string, string?> data, IEnumerable<(string Key, string? Value)> changes)
    {
        foreach (var (key, value) in changes)
        {
            if (value is null)
            {
                data.Remove($"{Section}:{key}");
            }
            else
            {
                data[$"{Section}:{key}"] = value;
            }
        }
    }
}
