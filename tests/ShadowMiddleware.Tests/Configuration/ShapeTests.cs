using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Tests.Configuration;

/// <summary>Scalars, lists and objects in each other's place.</summary>
public class ShapeTests
{
    [Theory]
    [InlineData("\"Cookie\"", "the value 'Cookie' was found; write [\"Cookie\"].")]
    [InlineData("\"Cookie, Authorization\"", "write [\"Cookie\", \"Authorization\"].")]
    [InlineData("true", "write [\"True\"].")]
    [InlineData("\"Authorization: Bearer hush-hush\"", "the value 'Authorization***' was found; write a list of names")]
    [InlineData("{ \"Cookie\": true }", "an object was found; write [\"Cookie\"].")]
    public void RemoveHeaders_NotAList_IsAFault(string json, string expected)
    {
        var fault = Assert.Single(Sources.FaultsOf(Sources.WithShadow($"\"RemoveHeaders\": {json}")));

        Assert.StartsWith(
            "TrafficMirroring:Shadows:v2:RemoveHeaders: a list is meant here, and ",
            fault,
            StringComparison.Ordinal
        );
        Assert.Contains(expected, fault, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"Name\": \"Cookie\" }", "a list or an object was found")]
    [InlineData("[\"Cookie\"]", "a list or an object was found")]
    [InlineData("\"\"", "it is empty")]
    [InlineData("null", "it is empty")]
    [InlineData("[]", "it is empty")]
    public void RemoveHeaders_ElementThatIsNoName_IsAFaultOfItsIndex(string element, string expected)
    {
        var fault = Assert.Single(
            Sources.FaultsOf(Sources.WithShadow($"\"RemoveHeaders\": [\"X-First\", {element}, \"X-Last\"]"))
        );

        Assert.StartsWith("TrafficMirroring:Shadows:v2:RemoveHeaders:1: ", fault, StringComparison.Ordinal);
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void RemoveHeaders_SeveralBadElements_AreFaultsOfTheirIndices()
    {
        var faults = Sources.FaultsOf(
            Sources.WithShadow("\"RemoveHeaders\": [{ \"a\": 1 }, \"Host\", \"X-Ok\", \"b c\"]")
        );

        Assert.Equal(3, faults.Length);
        Assert.StartsWith("TrafficMirroring:Shadows:v2:RemoveHeaders:0: ", faults[0], StringComparison.Ordinal);
        Assert.StartsWith("TrafficMirroring:Shadows:v2:RemoveHeaders:1: 'Host'", faults[1], StringComparison.Ordinal);
        Assert.StartsWith("TrafficMirroring:Shadows:v2:RemoveHeaders:3: 'b***'", faults[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"hush-hush\"", "the value *** was found")]
    [InlineData("[\"Authorization: hush-hush\"]", "a list was found")]
    [InlineData("[]", "an empty value or list was found")]
    public void SetHeaders_NotAnObject_IsAFault(string json, string expected)
    {
        var fault = Assert.Single(Sources.FaultsOf(Sources.WithShadow($"\"SetHeaders\": {json}")));

        Assert.Equal(
            $$"""TrafficMirroring:Shadows:v2:SetHeaders: an object is meant here, and {{expected}}; write { "Name": "value" }.""",
            fault
        );
    }

    [Theory]
    [InlineData("[\"hush-hush\"]")]
    [InlineData("{ \"hush\": \"hush-hush\" }")]
    public void SetHeaders_ValueThatIsNoScalar_IsAFault(string json)
    {
        var fault = Assert.Single(
            Sources.FaultsOf(
                Sources.WithShadow(
                    $$"""
                    "SetHeaders": { "X-Team": {{json}} }
                    """
                )
            )
        );

        Assert.StartsWith(
            "TrafficMirroring:Shadows:v2:SetHeaders:X-Team: a single value is meant here",
            fault,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("hush-hush", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Address")]
    [InlineData("Percent")]
    [InlineData("Writes")]
    [InlineData("PathFidelity")]
    [InlineData("MaxBodyBytes")]
    [InlineData("QueueCapacity")]
    [InlineData("MaxConcurrency")]
    [InlineData("QueueTimeout")]
    [InlineData("Timeout")]
    [InlineData("HttpVersion")]
    public void ShadowScalar_AsListOrObject_IsAFault(string key)
    {
        foreach (var json in (string[])["[1]", "{ \"Value\": 1 }"])
        {
            var address = key == "Address" ? "" : ", \"Address\": \"http://h\"";

            var faults = Sources.FaultsOf(Sources.WithShadows($$"""{ "v2": { "{{key}}": {{json}}{{address}} } }"""));

            Assert.StartsWith(
                $"TrafficMirroring:Shadows:v2:{key}: a single value is meant here, and a list or an object was found",
                Assert.Single(faults),
                StringComparison.Ordinal
            );
        }
    }

    [Theory]
    [InlineData("Enabled")]
    [InlineData("TagHeader")]
    [InlineData("MaxBufferedBytes")]
    [InlineData("DrainTimeout")]
    public void TopLevelScalar_AsListOrObject_IsAFault(string key)
    {
        foreach (var json in (string[])["[1]", "{ \"Value\": 1 }"])
        {
            var fault = Assert.Single(Sources.FaultsOf(Sources.WithTopLevel($"\"{key}\": {json}")));

            Assert.StartsWith($"TrafficMirroring:{key}: a single value is meant here", fault, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("true", "the value 'True' was found")]
    [InlineData("[true]", "a list was found")]
    [InlineData("[]", "an empty value or list was found")]
    public void Protection_NotAnObject_IsAFault(string json, string expected)
    {
        var fault = Assert.Single(Sources.FaultsOf(Sources.WithTopLevel($"\"Protection\": {json}")));

        Assert.StartsWith("TrafficMirroring:Protection: ", fault, StringComparison.Ordinal);
        Assert.Contains(expected, fault, StringComparison.Ordinal);
        Assert.Contains("""{ "Enabled": false }""", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Enabled", "\"yes\"", "neither true nor false")]
    [InlineData("Enable", "true", "did you mean 'Enabled'?")]
    public void ProtectionKey_ThatIsNone_IsAFault(string key, string json, string expected)
    {
        var fault = Assert.Single(
            Sources.FaultsOf(
                Sources.WithTopLevel(
                    $$"""
                    "Protection": { "{{key}}": {{json}} }
                    """
                )
            )
        );

        Assert.StartsWith($"TrafficMirroring:Protection:{key}: ", fault, StringComparison.Ordinal);
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.5", "the value '0.5' was found")]
    [InlineData("[0.5]", "a list was found")]
    [InlineData("[]", "an empty value or list was found")]
    public void CircuitBreaker_NotAnObject_IsAFault(string json, string expected)
    {
        var fault = Assert.Single(Sources.FaultsOf(Sources.WithShadow($"\"CircuitBreaker\": {json}")));

        Assert.StartsWith(
            $"TrafficMirroring:Shadows:v2:CircuitBreaker: an object is meant here, and {expected}; write",
            fault,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("\"http://shadow\"", "the value 'http://shadow' was found")]
    [InlineData("\"http://me:hush-hush@shadow/?k=hush-hush\"", "the value 'http://***@shadow/?***' was found")]
    [InlineData("[{ \"Address\": \"http://shadow\" }]", "a list was found")]
    [InlineData("[]", "an empty value or list was found")]
    public void Shadows_NotAnObject_IsTheOnlyFault(string json, string expected)
    {
        var fault = Assert.Single(Sources.FaultsOf(Sources.WithShadows(json)));

        Assert.StartsWith(
            $"TrafficMirroring:Shadows: an object is meant here, and {expected}; write",
            fault,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("\"http://shadow\"", "the value 'http://shadow' was found")]
    [InlineData("[\"http://shadow\"]", "a list was found")]
    [InlineData("[]", "an empty value or list was found")]
    public void Shadow_NotAnObject_IsTheOnlyFault(string json, string expected)
    {
        var fault = Assert.Single(Sources.FaultsOf(Sources.WithShadows($$"""{ "v2": {{json}} }""")));

        Assert.StartsWith(
            $"TrafficMirroring:Shadows:v2: an object is meant here, and {expected}; write",
            fault,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("\"https://me:hush-hush@shadow\"", "the value 'https://***@shadow' was found")]
    [InlineData("[1]", "a list was found")]
    public void Section_NotAnObject_IsAFaultOfTheSection(string json, string expected)
    {
        var fault = Assert.Single(Sources.FaultsOf($$"""{ "TrafficMirroring": {{json}} }"""));

        Assert.StartsWith(
            $"TrafficMirroring: an object is meant here, and {expected}; write",
            fault,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("hush-hush", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void WholeConfiguration_InPlaceOfTheSection_IsTheOnlyFault() =>
        Assert.StartsWith(
            "the whole configuration was given; give its section",
            Assert.Single(Sources.FaultsOf(new SectionSource(Sources.Json(Sources.WithShadow(""))))),
            StringComparison.Ordinal
        );

    // Only 0, 1, 2 and so on make a list; other numbers are names.
    [Theory]
    [InlineData("\"2\": { \"Address\": \"http://a\" }", "2")]
    [InlineData("\"1\": { \"Address\": \"http://a\" }, \"v3\": { \"Address\": \"http://b\" }", "1")]
    [InlineData("\"00\": { \"Address\": \"http://a\" }", "00")]
    public void Shadow_NamedByANumber_IsAFaultOfItsName(string shadows, string name) =>
        Assert.Equal(
            $"TrafficMirroring:Shadows:{name}: '{name}' cannot be the name of a shadow; write a lower-case letter, "
                + "then up to 62 lower-case letters, digits or hyphens, such as 'v2'.",
            Assert.Single(Sources.FaultsOf(Sources.WithShadows($$"""{ {{shadows}} }""")))
        );

    [Fact]
    public void SetHeaders_NamedByANumber_IsNoList() =>
        Assert.Equal(
            new("2", "a"),
            Assert.Single(
                Sources
                    .LoadShadow(
                        """
                        "SetHeaders": { "2": "a" }
                        """
                    )
                    .SetHeaders
            )
        );
}
