using Microsoft.Extensions.Configuration;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Tests.Configuration;

/// <summary>Variables of the environment are often in upper case, and override what a file says in lower case.</summary>
public sealed class EnvironmentVariableTests : IDisposable
{
    // A prefix of its own: the environment belongs to the whole process.
    private readonly string _prefix = $"T{Guid.NewGuid():N}_";
    private readonly List<string> _variables = [];

    public void Dispose() => _variables.ForEach(variable => Environment.SetEnvironmentVariable(variable, null));

    [Fact]
    public void UpperCase_OverALowerCaseFile_SetsTheShadowOfTheFile()
    {
        Set("TRAFFICMIRRORING__SHADOWS__V2__PERCENT", "5");
        Set("TRAFFICMIRRORING__SHADOWS__V2__SETHEADERS__AUTHORIZATION", "Bearer mine");

        var shadow = Assert.Single(Load(Sources.WithShadow("\"QueueCapacity\": 7")).Shadows);

        Assert.Equal(("v2", 5, 7), (shadow.Name, shadow.Percent, shadow.QueueCapacity));
        Assert.Equal("Bearer mine", Assert.Single(shadow.SetHeaders).Value);
    }

    [Fact]
    public void UpperCase_UnderALowerCaseFile_SetsTheShadowOfTheFile()
    {
        Set("TRAFFICMIRRORING__SHADOWS__V2__QUEUECAPACITY", "7");
        var root = new ConfigurationBuilder()
            .AddEnvironmentVariables(_prefix)
            .AddConfiguration(Sources.Json(Sources.WithShadow("\"Percent\": 5")))
            .Build();

        var shadow = Assert.Single(ConfigurationLoader.Load([Sources.Source(root)]).Shadows);

        Assert.Equal(("v2", 5, 7), (shadow.Name, shadow.Percent, shadow.QueueCapacity));
    }

    [Fact]
    public void UpperCase_InAConfigurationWithoutSection_SetsTheShadowOfTheFile()
    {
        Set("SHADOWS__V2__PERCENT", "5");
        var root = Build("""{ "Shadows": { "v2": { "Address": "http://shadow" } } }""");

        var shadow = Assert.Single(ConfigurationLoader.Load([new SectionSource(root)]).Shadows);

        Assert.Equal(("v2", 5), (shadow.Name, shadow.Percent));
    }

    [Fact]
    public void UpperCase_IsFoundByCodeUnderTheNameOfTheFile()
    {
        Set("TRAFFICMIRRORING__SHADOWS__V2__PERCENT", "5");
        var code = new CodeSource(options => options.Shadows["v2"].QueueCapacity = 9);

        var shadow = Assert.Single(
            ConfigurationLoader.Load([Sources.Source(Build(Sources.WithShadow(""))), code]).Shadows
        );

        Assert.Equal((5, 9), (shadow.Percent, shadow.QueueCapacity));
    }

    [Fact]
    public void UpperCase_WithAFault_NamesTheShadowOfTheFile()
    {
        Set("TRAFFICMIRRORING__SHADOWS__V2__PERCENT", "101");

        var fault = Assert.Single(Sources.FaultsOf(Sources.Source(Build(Sources.WithShadow("")))));

        Assert.StartsWith("TrafficMirroring:Shadows:v2:Percent: 101 is out of range", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void UpperCase_WithoutAFile_IsAFaultThatNamesTheMend()
    {
        Set("TRAFFICMIRRORING__SHADOWS__V3__ADDRESS", "http://v3");

        var fault = Assert.Single(Sources.FaultsOf(Sources.Source(Build(Sources.WithShadow("")))));

        Assert.Equal(
            "TrafficMirroring:Shadows:V3: 'V3' cannot be the name of a shadow; write 'v3', in the name of an environment variable too.",
            fault
        );
    }

    private void Set(string name, string value)
    {
        _variables.Add(_prefix + name);
        Environment.SetEnvironmentVariable(_prefix + name, value);
    }

    private IConfigurationRoot Build(string document) =>
        new ConfigurationBuilder().AddConfiguration(Sources.Json(document)).AddEnvironmentVariables(_prefix).Build();

    private MirroringConfiguration Load(string document) => ConfigurationLoader.Load([Sources.Source(Build(document))]);
}
