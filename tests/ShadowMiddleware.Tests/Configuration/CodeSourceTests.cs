using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Tests.Configuration;

public class CodeSourceTests
{
    [Fact]
    public void MirrorTo_NamesTheShadow()
    {
        var shadow = Assert.Single(
            Sources.Load(options => options.MirrorTo("https://orders-v2.internal", percent: 20)).Shadows
        );

        Assert.Equal("shadow", shadow.Name);
        Assert.Equal("https://orders-v2.internal", shadow.Address);
        Assert.Equal(20, shadow.Percent);
    }

    [Fact]
    public void Code_AfterASection_HasTheLastWord()
    {
        var configuration = ConfigurationLoader.Load([
            Sources.Source(Sources.WithShadow("\"Percent\": 5, \"QueueCapacity\": 7")),
            new CodeSource(options => options.Shadows["v2"].Percent = 50),
        ]);

        Assert.Equal(50, configuration.Shadows[0].Percent);
        Assert.Equal(7, configuration.Shadows[0].QueueCapacity);
    }

    [Fact]
    public void Code_CanCompleteWhatTheSectionLeavesOut()
    {
        var configuration = ConfigurationLoader.Load([
            Sources.Source("""{ "TrafficMirroring": { "Enabled": false } }"""),
            new CodeSource(options => options.MirrorTo("http://shadow")),
        ]);

        Assert.False(configuration.Enabled);
        Assert.Equal("http://shadow", Assert.Single(configuration.Shadows).Address);
    }

    [Fact]
    public void ExceptionOfCode_PassesThrough()
    {
        var thrown = new InvalidOperationException("mine");

        Assert.Same(thrown, Assert.Throws<InvalidOperationException>(() => Sources.Load(_ => throw thrown)));
    }

    [Fact]
    public void ExceptionOfCode_AfterFaultsOfTheSection_DoesNotHideThem()
    {
        var faults = Sources.FaultsOf(
            Sources.Source(Sources.WithShadows("\"http://shadow\"")),
            new CodeSource(options => options.Shadows["v2"].Percent = 5)
        );

        Assert.Equal(2, faults.Length);
        Assert.StartsWith("TrafficMirroring:Shadows: an object is meant here", faults[0], StringComparison.Ordinal);
        Assert.Contains("System.Collections.Generic.KeyNotFoundException", faults[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Code_FindsAShadowThatCouldNotBeRead()
    {
        var faults = Sources.FaultsOf(
            Sources.Source(Sources.WithShadows("""{ "v2": "http://shadow" }""")),
            new CodeSource(options => options.Shadows["v2"].Percent = 5)
        );

        Assert.StartsWith(
            "TrafficMirroring:Shadows:v2: an object is meant here",
            Assert.Single(faults),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Options_ChangedAfterwards_HaveNoEffect()
    {
        TrafficMirroringOptions? kept = null;
        var configuration = Sources.Load(options =>
        {
            kept = options;
            var shadow = options.MirrorTo("http://shadow");
            shadow.RemoveHeaders.Add("Cookie");
            shadow.SetHeaders["X-Team"] = "a";
        });

        kept!.Enabled = false;
        kept.Shadows["shadow"].RemoveHeaders.Clear();
        kept.Shadows["shadow"].SetHeaders["X-Team"] = "b";
        kept.Shadows["shadow"].CircuitBreaker.FailureRatio = 1;
        kept.Shadows.Clear();

        Assert.True(configuration.Enabled);
        var compiled = Assert.Single(configuration.Shadows);
        Assert.Equal("Cookie", Assert.Single(compiled.RemoveHeaders));
        Assert.Equal(new("X-Team", "a"), Assert.Single(compiled.SetHeaders));
        Assert.Equal(0.5, compiled.CircuitBreaker.FailureRatio);
    }

    [Fact]
    public void ReloadToken_OfCode_IsNone() => Assert.Null(new CodeSource(_ => { }).GetReloadToken());
}
