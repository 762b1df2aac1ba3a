using System.Globalization;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Tests.Configuration;

public class OptionsValidatorTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("v2")]
    [InlineData("orders-v2")]
    [InlineData("a-")]
    [InlineData("abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabc")]
    public void ShadowName_Good_IsKept(string name) =>
        Assert.Equal(
            name,
            Sources.Load(options => options.Shadows[name] = new() { Address = "http://h" }).Shadows[0].Name
        );

    [Theory]
    [InlineData("V2", "v2")]
    [InlineData("Orders", "orders")]
    [InlineData("2v", "v2")]
    [InlineData("-v", "v2")]
    [InlineData("v_2", "v2")]
    [InlineData("v.2", "v2")]
    [InlineData("v 2", "v2")]
    [InlineData("v2\n", "v2")]
    [InlineData("é", "v2")]
    [InlineData("", "v2")]
    [InlineData("abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcd", "v2")]
    public void ShadowName_Bad_IsAFaultThatGivesAName(string name, string example)
    {
        var fault = Assert.Single(Sources.FaultsOf(options => options.Shadows[name] = new() { Address = "http://h" }));

        Assert.Contains("cannot be the name of a shadow", fault, StringComparison.Ordinal);
        Assert.Contains(
            $"'{example}'",
            fault[fault.IndexOf("write", StringComparison.Ordinal)..],
            StringComparison.Ordinal
        );
        Assert.DoesNotContain('\n', fault);
    }

    [Fact]
    public void Shadow_WithABadName_IsCheckedAllTheSame()
    {
        var faults = Sources.FaultsOf(Sources.WithShadows("""{ "V2": { "Percent": 101 } }"""));

        Assert.Equal(3, faults.Length);
        Assert.Contains(faults, fault => fault.StartsWith("TrafficMirroring:Shadows:V2: ", StringComparison.Ordinal));
        Assert.Contains(
            faults,
            fault => fault.StartsWith("TrafficMirroring:Shadows:V2:Address: ", StringComparison.Ordinal)
        );
        Assert.Contains(
            faults,
            fault => fault.StartsWith("TrafficMirroring:Shadows:V2:Percent: ", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Shadow_Null_IsAFault()
    {
        var fault = Assert.Single(Sources.FaultsOf(options => options.Shadows["v2"] = null!));

        Assert.StartsWith("Shadows:v2: it is null;", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Shadow_NullOfCodeBeforeTheSection_IsReadFromTheSection()
    {
        var code = new CodeSource(options => options.Shadows["v2"] = null!);

        Assert.Equal(
            "http://shadow",
            ConfigurationLoader.Load([code, Sources.Source(Sources.WithShadow(""))]).Shadows[0].Address
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void TagHeader_EmptyInCode_IsAFault(string? name)
    {
        var fault = Assert.Single(
            Sources.FaultsOf(options =>
            {
                options.TagHeader = name!;
                options.MirrorTo("http://shadow");
            })
        );

        Assert.StartsWith("TagHeader: it is empty;", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void Address_EmptyInCode_IsMissing(string? address)
    {
        var fault = Assert.Single(Sources.FaultsOf(options => options.Shadows["v2"] = new() { Address = address }));

        Assert.StartsWith("Shadows:v2:Address: it is missing;", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Enums_UndefinedInCode_AreFaults()
    {
        var faults = Sources.FaultsOfShadow(shadow =>
        {
            shadow.Writes = (WritePolicy)7;
            shadow.PathFidelity = (PathFidelity)(-1);
        });

        Assert.Equal(
            [
                "Shadows:shadow:Writes: '7' is not one of its values; write Mirror or Skip.",
                "Shadows:shadow:PathFidelity: '-1' is not one of its values; write Raw or Canonical.",
            ],
            faults
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("2.0")]
    [InlineData("3")]
    public void HttpVersion_BadInCode_IsAFault(string version)
    {
        var fault = Assert.Single(Sources.FaultsOfShadow(shadow => shadow.HttpVersion = version));

        Assert.StartsWith(
            $"Shadows:shadow:HttpVersion: '{version}' is not one of its values;",
            fault,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void MaxBodyBytes_OverTheBudget_IsAFaultThatNamesBoth()
    {
        var fault = Assert.Single(
            Sources.FaultsOf(
                """{ "TrafficMirroring": { "MaxBufferedBytes": 8192, "Shadows": { "v2": { "Address": "http://h", "MaxBodyBytes": 8193 } } } }"""
            )
        );

        Assert.Equal(
            "TrafficMirroring:Shadows:v2:MaxBodyBytes: 8193 is more than MaxBufferedBytes (8192) lets the whole process hold; lower it or raise that.",
            fault
        );
    }

    [Fact]
    public void MaxBodyBytes_ByDefaultOverTheBudget_GivesWay() =>
        Assert.Equal(8192, Sources.Load(Sources.WithTopLevel("\"MaxBufferedBytes\": 8192")).MaxBufferedBytes);

    [Fact]
    public void MaxBodyBytes_EqualToTheBudget_IsGood() =>
        Assert.Equal(
            8192,
            Sources
                .Load(
                    """{ "TrafficMirroring": { "MaxBufferedBytes": 8192, "Shadows": { "v2": { "Address": "http://h", "MaxBodyBytes": 8192 } } } }"""
                )
                .Shadows[0]
                .MaxBodyBytes
        );

    [Fact]
    public void Numbers_InAnotherCulture_AreReadAndShownTheSame()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");

            Assert.Equal(12.5, Sources.LoadShadow("\"Percent\": 12.5").Percent);
            Assert.Contains(
                "Percent: 100.5 is out of range",
                Assert.Single(Sources.FaultsOf(Sources.WithShadow("\"Percent\": 100.5"))),
                StringComparison.Ordinal
            );
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
