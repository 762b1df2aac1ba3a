namespace ShadowMiddleware.Tests.Configuration;

public class UnbuiltKeyTests
{
    [Theory]
    [InlineData("SigningKeys", "[\"c2VjcmV0LWtleQ==\"]")]
    [InlineData("SigningKeys", "[]")]
    [InlineData("signingkeys", "[\"c2VjcmV0LWtleQ==\"]")]
    public void TopLevelKey_WithAnything_IsAFault(string key, string json)
    {
        var fault = Assert.Single(Sources.FaultsOf(Sources.WithTopLevel($"\"{key}\": {json}")));

        Assert.Equal($"TrafficMirroring:{key}: this version does not build this key yet; remove it.", fault);
    }

    [Theory]
    [InlineData("OrderBy", "\"Connection\"")]
    [InlineData("LaneCapacity", "64")]
    [InlineData("Compare", "{ \"Enabled\": false }")]
    [InlineData("Verdict", "{ \"Alpha\": 0.05 }")]
    [InlineData("OnVerdictFail", "\"Halt\"")]
    [InlineData("RampPercents", "[1, 5]")]
    [InlineData("ramppercents", "[]")]
    public void ShadowKey_WithAnything_IsAFault(string key, string json)
    {
        var fault = Assert.Single(Sources.FaultsOf(Sources.WithShadow($"\"{key}\": {json}")));

        Assert.Equal($"TrafficMirroring:Shadows:v2:{key}: this version does not build this key yet; remove it.", fault);
    }
}
