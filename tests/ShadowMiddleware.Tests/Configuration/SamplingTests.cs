using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Tests.Configuration;

public sealed class SamplingTests
{
    [Theory]
    [InlineData("Random", "Random", "")]
    [InlineData("random", "Random", "")]
    [InlineData("TraceId", "TraceId", "")]
    [InlineData("Header:X-Tenant", "Header", "X-Tenant")]
    [InlineData("header:x", "Header", "x")]
    [InlineData("Cookie:tenant", "Cookie", "tenant")]
    [InlineData("Claim:sub", "Claim", "sub")]
    [InlineData("Claim:http://schemas.example/claims:one", "Claim", "http://schemas.example/claims:one")]
    public void SampleBy_OfTheContract_IsRead(string text, string kind, string name)
    {
        Assert.True(SampleKey.TryParse(text, out var key, out _));
        Assert.Equal((kind, name), (key.Kind.ToString(), key.Name));
    }

    [Theory]
    [InlineData("\"Percent\"", "'Percent': it is not one of its values; write \"Random\"")]
    [InlineData("\"Header\"", "'Header': it is not one of its values")]
    [InlineData("\"Header:\"", "'Header:': the name after the colon is empty")]
    [InlineData("\"Header: X\"", "has blanks around it")]
    [InlineData("\"Header:a b\"", "what stands after the colon is not a name")]
    [InlineData("\"Cookie:a;b\"", "what stands after the colon is not a name")]
    [InlineData("\"Claim:\"", "the name after the colon is empty")]
    [InlineData("\"Session:x\"", "it is not one of its values")]
    [InlineData("\"\"", "it is empty; write \"Random\"")]
    [InlineData("1", "'1': it is not one of its values")]
    [InlineData(
        "\"header:x-shadow-request\"",
        "'header:x-shadow-request' is the tag, and requests that carry it are never copied; write \"Random\""
    )]
    [InlineData("[\"Random\"]", "a single value is meant here")]
    public void SampleBy_OfSomethingElse_IsAFault(string json, string expected)
    {
        var fault = Assert.Single(Sources.FaultsOf(Sources.WithShadow($"\"SampleBy\": {json}")));

        Assert.StartsWith("TrafficMirroring:Shadows:v2:SampleBy: ", fault, StringComparison.Ordinal);
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Salt_ThatIsEmpty_IsAFault() =>
        Assert.StartsWith(
            "TrafficMirroring:Shadows:v2:Salt: it is empty;",
            Assert.Single(Sources.FaultsOf(Sources.WithShadow("\"Salt\": \"\""))),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("2031-12-01T00:00:00Z", "2031-12-01T00:00:00Z")]
    [InlineData("2031-12-01T02:00:00.5+02:00", "2031-12-01T00:00:00.5Z")]
    [InlineData("2031-12-01T00:00:00-05:30", "2031-12-01T05:30:00Z")]
    [InlineData("1999-01-01T00:00:00Z", "1999-01-01T00:00:00Z")]
    public void Until_OfTheContract_IsRead(string text, string expected)
    {
        Assert.True(ScalarReader.TryMoment(text, out var moment));
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), moment);
    }

    [Theory]
    [InlineData("2031-12-01T00:00:00")]
    [InlineData("2031-12-01")]
    [InlineData("2031-12-01 00:00:00Z")]
    [InlineData("2031-13-01T00:00:00Z")]
    [InlineData("1 December 2031")]
    [InlineData("00:00:05")]
    [InlineData("1700000000")]
    [InlineData("tomorrow")]
    public void Until_OfSomethingElse_IsAFault(string text)
    {
        var fault = Assert.Single(Sources.FaultsOf(Sources.WithShadow($"\"Until\": \"{text}\"")));

        Assert.StartsWith(
            $"TrafficMirroring:Shadows:v2:Until: '{text}' is not a moment",
            fault,
            StringComparison.Ordinal
        );
        Assert.Contains("2031-12-01T00:00:00Z", fault, StringComparison.Ordinal);
    }
}
