using Microsoft.Extensions.Configuration;

namespace ShadowMiddleware.Configuration;

/// <summary>Reads one shadow of the section.</summary>
internal static class ShadowSectionReader
{
    private static readonly (string, WritePolicy)[] _writes =
    [
        (nameof(WritePolicy.Mirror), WritePolicy.Mirror),
        (nameof(WritePolicy.Skip), WritePolicy.Skip),
    ];

    private static readonly string[] _unbuiltWrites = ["RequireGuard"];

    private static readonly (string, PathFidelity)[] _pathFidelities =
    [
        (nameof(PathFidelity.Raw), PathFidelity.Raw),
        (nameof(PathFidelity.Canonical), PathFidelity.Canonical),
    ];

    public static void Read(
        string name,
        IConfigurationSection section,
        ShadowOptions shadow,
        ConfigurationFaults faults
    )
    {
        var path = OptionKeys.ForShadow(name);
        if (!ObjectReader.CheckObject(section, path, """write { "Address": "https://…" }.""", faults))
        {
            return;
        }

        UnknownKeys.Check(section, path, OptionKeys.Shadow, faults);

        var reader = new ObjectReader(section, path, faults);
        reader.Text(nameof(shadow.Address), value => shadow.Address = value, ShadowValidator.AddressMend);
        reader.Double(nameof(shadow.Percent), OptionBounds.Percent, value => shadow.Percent = value);
        reader.Text(nameof(shadow.SampleBy), value => shadow.SampleBy = value, SampleKey.Mend);
        reader.Text(nameof(shadow.Salt), value => shadow.Salt = value);
        reader.Moment(nameof(shadow.Until), value => shadow.Until = value);
        RuleSectionReader.Read(section, path, shadow, faults);
        reader.Choice(nameof(shadow.Writes), _writes, _unbuiltWrites, value => shadow.Writes = value);
        HeaderSectionReader.ReadRemoveHeaders(section, path, shadow, faults);
        HeaderSectionReader.ReadSetHeaders(reader, shadow, faults);
        ShapingSectionReader.Read(section, reader, shadow, faults);
        reader.Choice(nameof(shadow.PathFidelity), _pathFidelities, [], value => shadow.PathFidelity = value);
        reader.Int64(nameof(shadow.MaxBodyBytes), OptionBounds.MaxBodyBytes, value => shadow.MaxBodyBytes = value);
        reader.Int32(nameof(shadow.QueueCapacity), OptionBounds.QueueCapacity, value => shadow.QueueCapacity = value);
        reader.Int32(
            nameof(shadow.MaxConcurrency),
            OptionBounds.MaxConcurrency,
            value => shadow.MaxConcurrency = value
        );
        reader.Double(
            nameof(shadow.MaxRequestsPerSecond),
            OptionBounds.MaxRequestsPerSecond,
            value => shadow.MaxRequestsPerSecond = value
        );
        reader.Time(nameof(shadow.QueueTimeout), OptionBounds.QueueTimeout, value => shadow.QueueTimeout = value);
        reader.Time(nameof(shadow.Timeout), OptionBounds.Timeout, value => shadow.Timeout = value);
        reader.Text(nameof(shadow.HttpVersion), value => shadow.HttpVersion = value);
        ReadBreaker(section.GetSection(nameof(shadow.CircuitBreaker)), path, shadow.CircuitBreaker, faults);
    }

    private static void ReadBreaker(
        IConfigurationSection section,
        string shadowPath,
        CircuitBreakerOptions breaker,
        ConfigurationFaults faults
    )
    {
        var path = OptionKeys.Join(shadowPath, nameof(ShadowOptions.CircuitBreaker));
        if (!ObjectReader.CheckObject(section, path, """write { "FailureRatio": 0.5 }, or remove the key.""", faults))
        {
            return;
        }

        UnknownKeys.Check(section, path, OptionKeys.CircuitBreaker, faults);

        var reader = new ObjectReader(section, path, faults);
        reader.Double(nameof(breaker.FailureRatio), OptionBounds.FailureRatio, value => breaker.FailureRatio = value);
        reader.Int32(
            nameof(breaker.MinimumThroughput),
            OptionBounds.MinimumThroughput,
            value => breaker.MinimumThroughput = value
        );
        reader.Time(
            nameof(breaker.SamplingDuration),
            OptionBounds.BreakerDuration,
            value => breaker.SamplingDuration = value
        );
        reader.Time(
            nameof(breaker.BreakDuration),
            OptionBounds.BreakerDuration,
            value => breaker.BreakDuration = value
        );
    }
}
