using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Tests.Configuration;

/// <summary>Off is off: whatever else is wrong, and whatever is missing.</summary>
public sealed class OffTests : IDisposable
{
    private static readonly string _good = Sources.WithShadow("\"Percent\": 5");
    private readonly RecordingLogger<ConfigurationMonitor> _logger = new();
    private ConfigurationMonitor? _monitor;

    /// <summary>One fault of each kind.</summary>
    public static TheoryData<string> Faults =>
        [
            "\"Shadows\": {}",
            "\"Shadows\": null",
            "\"Shadows\": \"v2\"",
            "\"Shadows\": []",
            "\"Shadows\": { \"V2\": { \"Address\": \"http://shadow\" } }",
            "\"Shadows\": { \"v2\": { \"Address\": \"localhost:5002\" } }",
            "\"Shadows\": { \"v2\": { \"Address\": \"http://shadow\", \"Percent\": 101 } }",
            "\"Shadows\": { \"v2\": { \"Address\": \"http://shadow\", \"Percentage\": 1 } }",
            "\"Shadows\": { \"v2\": { \"Address\": \"http://shadow\", \"RemoveHeaders\": \"Cookie\" } }",
            "\"Shadows\": { \"v2\": { \"Address\": \"http://shadow\", \"Compare\": { \"Enabled\": true } } }",
            "\"Shadows\": { \"v2\": { \"Address\": \"http://shadow\", \"HostHeader\": \"Original\", \"HostHeaderTemplate\": \"a\" } }",
            "\"TagHeader\": \"Host\"",
            "\"MaxBufferedBytes\": \"64MB\"",
            "\"DrainTimeout\": \"00:11:00\"",
            "\"SigningKeys\": [\"c2VjcmV0\"]",
            "\"NoSuchKey\": 1",
        ];

    public void Dispose() => _monitor?.Dispose();

    [Theory]
    [MemberData(nameof(Faults))]
    public void Start_WithAnyFault_IsOffAndSaysSoOnce(string fault)
    {
        var monitor = Start(new ReloadableConfiguration(Off(fault)));

        Assert.False(monitor.Current.Enabled);
        AssertWarned(_logger.Entries);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Reload_WithAnyFault_SwitchesOffWhatIsInForce(string fault)
    {
        var configuration = new ReloadableConfiguration(_good);
        var monitor = Start(configuration);
        var before = monitor.Current;
        var changes = new List<MirroringConfiguration>();
        monitor.Changed += changes.Add;

        configuration.Change(Off(fault));
        configuration.Change(Off(fault));

        Assert.False(monitor.Current.Enabled);
        Assert.All(changes, change => Assert.False(change.Enabled));
        AssertWarned(_logger.Entries.Where(entry => entry.Id.Id != EventIds.ConfigurationReloaded));

        configuration.Change(_good);
        Assert.True(monitor.Current.Enabled);
        Assert.Equal(before.Shadows.Length, monitor.Current.Shadows.Length);
    }

    [Fact]
    public void Start_WithFaultsAndOn_IsRefusedAsBefore() =>
        Assert.Throws<TrafficMirroringConfigurationException>(() =>
            Start(new ReloadableConfiguration(Sources.WithTopLevel("\"Enabled\": true, \"NoSuchKey\": 1")))
        );

    [Fact]
    public void Enabled_ThatIsNoBoolean_IsAFault() =>
        Assert.Throws<TrafficMirroringConfigurationException>(() =>
            Start(new ReloadableConfiguration(Sources.WithTopLevel("\"Enabled\": \"no\"")))
        );

    [Fact]
    public void Start_Off_NeedsNoShadows()
    {
        var monitor = Start(new ReloadableConfiguration("""{ "TrafficMirroring": { "Enabled": false } }"""));

        Assert.False(monitor.Current.Enabled);
        Assert.Empty(monitor.Current.Shadows);
        Assert.Empty(_logger.Entries);
    }

    [Fact]
    public void Off_HoldsWhenCodeBehindItFails()
    {
        var configuration = new ReloadableConfiguration("""{ "TrafficMirroring": { "Enabled": false } }""");

        var monitor = Start(configuration, new CodeSource(options => options.Shadows["v2"].Percent = 1));

        Assert.False(monitor.Current.Enabled);
        Assert.Contains("KeyNotFoundException", Assert.Single(_logger.Entries).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Off_HoldsWhenCodeInFrontOfItFails()
    {
        var configuration = new ReloadableConfiguration("""{ "TrafficMirroring": { "Enabled": false } }""");
        _monitor = new ConfigurationMonitor(
            [new CodeSource(_ => throw new NotSupportedException()), Sources.Source(configuration.Root)],
            _logger
        );

        Assert.False(_monitor.Current.Enabled);
    }

    [Fact]
    public void Off_HoldsWhereTheSectionHasAValueToo()
    {
        var root = new ConfigurationBuilder()
            .AddConfiguration(Sources.Json("""{ "TrafficMirroring": { "Enabled": false } }"""))
            .AddInMemoryCollection([KeyValuePair.Create<string, string?>("TrafficMirroring", "x")])
            .Build();

        AssertOff(Sources.Source(root), "an object is meant here");
    }

    [Fact]
    public void Off_HoldsWhereTheSwitchHasKeysBelowIt()
    {
        var root = new ConfigurationBuilder()
            .AddConfiguration(Sources.Json("""{ "TrafficMirroring": { "Enabled": false } }"""))
            .AddInMemoryCollection([KeyValuePair.Create<string, string?>("TrafficMirroring:Enabled:x", "1")])
            .Build();

        AssertOff(Sources.Source(root), "a single value is meant here");
    }

    [Fact]
    public void Off_HoldsWhereAProviderThrows()
    {
        var root = new ConfigurationRoot([new ThrowingProvider { Data = { ["TrafficMirroring:Enabled"] = "False" } }]);

        AssertOff(Sources.Source(root), nameof(NotSupportedException));
    }

    [Fact]
    public void Off_HoldsWhereTheWholeConfigurationWasGiven() =>
        AssertOff(
            new SectionSource(Sources.Json("""{ "TrafficMirroring": { "Enabled": false } }""")),
            "the whole configuration was given"
        );

    [Fact]
    public void Reload_ThatSwitchesOffAndCannotBeCarriedOut_SwitchesOff()
    {
        var configuration = new ReloadableConfiguration(_good);
        var monitor = Start(configuration);
        monitor.Changing += _ => throw new NotSupportedException();

        configuration.Change(Off("\"Shadows\": { \"v3\": { \"Address\": \"http://other\" } }"));

        Assert.False(monitor.Current.Enabled);
        Assert.Equal("v2", Assert.Single(monitor.Current.Shadows).Name);
        Assert.Contains(_logger.Entries, entry => entry.Id.Id == EventIds.ConfigurationFaultsWhileOff);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "TrafficMirroring": {} }""")]
    [InlineData("""{ "TrafficMirroring": null }""")]
    [InlineData("""{ "TraficMirroring": { "Shadows": { "v2": { "Address": "http://shadow" } } } }""")]
    public void Start_WithoutTheSection_MirrorsNothingAndWarnsOnce(string document)
    {
        var configuration = new ReloadableConfiguration(document);
        var monitor = Start(configuration);

        Assert.Empty(monitor.Current.Shadows);
        var entry = Assert.Single(_logger.Entries);
        Assert.Equal((EventIds.ConfigurationMissing, LogLevel.Warning), (entry.Id.Id, entry.Level));

        configuration.Change(document);
        Assert.Single(_logger.Entries, entry => entry.Id.Id == EventIds.ConfigurationMissing);

        configuration.Change(_good);
        Assert.Single(monitor.Current.Shadows);
    }

    [Fact]
    public void Start_WithoutTheSection_AndCodeThatCountsOnIt_MirrorsNothing()
    {
        var monitor = Start(
            new ReloadableConfiguration("{}"),
            new CodeSource(options => options.Shadows["v2"].Percent = 1)
        );

        Assert.Empty(monitor.Current.Shadows);
        Assert.Equal(EventIds.ConfigurationMissing, Assert.Single(_logger.Entries).Id.Id);
    }

    [Fact]
    public void Start_WithoutTheSection_AndAShadowInCode_MirrorsToThat()
    {
        var monitor = Start(
            new ReloadableConfiguration("{}"),
            new CodeSource(options => options.MirrorTo("http://shadow"))
        );

        Assert.Single(monitor.Current.Shadows);
        Assert.Empty(_logger.Entries);
    }

    [Theory]
    [InlineData("""{ "TrafficMirroring": { "Shadows": {} } }""")]
    [InlineData("""{ "TrafficMirroring": { "TagHeader": "X-Copy" } }""")]
    public void Start_WithASectionThatHasNoShadows_IsAFault(string document) =>
        Assert.StartsWith(
            "TrafficMirroring:Shadows: there is no shadow to mirror to;",
            Assert.Single(Sources.FaultsOf(document)),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "TrafficMirroring": {} }""")]
    [InlineData("""{ "TrafficMirroring": { "Shadows": {} } }""")]
    [InlineData("""{ "TrafficMirroring": { "TagHeader": "X-Copy" } }""")]
    public void Reload_ThatTakesAllShadowsAway_StopsMirroring(string document)
    {
        var configuration = new ReloadableConfiguration(_good);
        var monitor = Start(configuration);

        configuration.Change(document);

        Assert.Empty(monitor.Current.Shadows);
        Assert.Equal(EventIds.ConfigurationReloaded, _logger.Entries[0].Id.Id);
    }

    [Fact]
    public void Reload_ThatTakesTheSectionAwayFromCodeThatCountsOnIt_StopsMirroring()
    {
        var configuration = new ReloadableConfiguration(_good);
        var monitor = Start(configuration, new CodeSource(options => options.Shadows["v2"].Percent = 1));

        configuration.Change("{}");

        Assert.Empty(monitor.Current.Shadows);
    }

    private static string Off(string keys) =>
        keys.Contains("\"Shadows\"", StringComparison.Ordinal)
            ? $$"""{ "TrafficMirroring": { "Enabled": false, {{keys}} } }"""
            : Sources.WithTopLevel($"\"Enabled\": false, {keys}");

    // An object of no shadows is no fault once mirroring is off; all others are said, once.
    private static void AssertWarned(
        IEnumerable<(LogLevel Level, EventId Id, string Message, Exception? Exception)> entries
    ) =>
        Assert.All(
            entries,
            entry => Assert.Equal((EventIds.ConfigurationFaultsWhileOff, LogLevel.Warning), (entry.Id.Id, entry.Level))
        );

    private void AssertOff(SectionSource source, string fault)
    {
        _monitor = new ConfigurationMonitor([source], _logger);

        Assert.False(_monitor.Current.Enabled);
        var entry = Assert.Single(_logger.Entries);
        Assert.Equal(EventIds.ConfigurationFaultsWhileOff, entry.Id.Id);
        Assert.Contains(fault, entry.Message, StringComparison.Ordinal);
    }

    private sealed class ThrowingProvider : ConfigurationProvider
    {
        public new IDictionary<string, string?> Data => base.Data;

        public override IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath) =>
            throw new NotSupportedException();
    }

    private ConfigurationMonitor Start(ReloadableConfiguration configuration, params IOptionsSource[] more) =>
        _monitor = new ConfigurationMonitor([Sources.Source(configuration.Root), .. more], _logger);
}
