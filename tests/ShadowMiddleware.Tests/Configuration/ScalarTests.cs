namespace ShadowMiddleware.Tests.Configuration;

public class ScalarTests
{
    [Theory]
    [InlineData("true", true)]
    [InlineData("\"TRUE\"", true)]
    [InlineData("\"false\"", false)]
    public void Boolean_Good_IsRead(string json, bool expected) =>
        Assert.Equal(expected, Sources.Load(Sources.WithTopLevel($"\"Enabled\": {json}")).Enabled);

    [Theory]
    [InlineData("1")]
    [InlineData("0")]
    [InlineData("\"yes\"")]
    [InlineData("\"on\"")]
    [InlineData("\" true\"")]
    [InlineData("\"true \"")]
    [InlineData("\"true\\u0000\"")]
    public void Boolean_Bad_IsAFault(string json) => AssertTopLevelFault("Enabled", json, "is neither true nor false");

    [Theory]
    [InlineData("20", 20)]
    [InlineData("0", 0)]
    [InlineData("100", 100)]
    [InlineData("0.001", 0.001)]
    [InlineData("\"12.5\"", 12.5)]
    [InlineData("1e1", 10)]
    public void Double_Good_IsRead(string json, double expected) =>
        Assert.Equal(expected, Sources.LoadShadow($"\"Percent\": {json}").Percent);

    [Theory]
    [InlineData("\"NaN\"")]
    [InlineData("\"Infinity\"")]
    [InlineData("\"-Infinity\"")]
    [InlineData("\"∞\"")]
    [InlineData("1e999")]
    [InlineData("\"0x10\"")]
    [InlineData("\"1,5\"")]
    [InlineData("\"1,000\"")]
    [InlineData("\"12.5%\"")]
    [InlineData("\" 5\"")]
    [InlineData("\"5 \"")]
    [InlineData("\"5\\u0000\"")]
    [InlineData("\"(5)\"")]
    [InlineData("\"$5\"")]
    [InlineData("\"five\"")]
    [InlineData("\"٥\"")]
    [InlineData("true")]
    public void Double_Bad_IsAFault(string json) =>
        AssertShadowFault("Percent", json, "is not a number that can be used here; write a number from 0 to 100");

    [Theory]
    [InlineData("1.5")]
    [InlineData("1e2")]
    [InlineData("\"1,024\"")]
    [InlineData("\"1_024\"")]
    [InlineData("\"0x10\"")]
    [InlineData("\" 16\"")]
    [InlineData("\"16\\n\"")]
    [InlineData("99999999999")]
    [InlineData("\"many\"")]
    public void Int32_Bad_IsAFault(string json) =>
        AssertShadowFault(
            "QueueCapacity",
            json,
            "is not a whole number that can be used here; write a whole number from 1 to 1000000"
        );

    [Theory]
    [InlineData("\"1MB\"")]
    [InlineData("1048576.0")]
    [InlineData("99999999999999999999")]
    [InlineData("\"\\t5\"")]
    public void Int64_Bad_IsAFault(string json) =>
        AssertShadowFault(
            "MaxBodyBytes",
            json,
            "is not a whole number that can be used here; write a whole number of bytes"
        );

    [Theory]
    [InlineData("00:00:05", 5)]
    [InlineData("0:0:5", 5)]
    [InlineData("00:00:05.5", 5.5)]
    [InlineData("1.00:00:00", 86400)]
    public void Time_Good_IsRead(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Sources.LoadShadow($"\"Timeout\": \"{text}\"").Timeout);

    [Theory]
    [InlineData("5", "00:00:05")]
    [InlineData("\"5\"", "00:00:05")]
    [InlineData("90", "00:01:30")]
    [InlineData("0.5", "00:00:00.5000000")]
    public void Time_BareNumber_IsAFaultThatShowsTheTime(string json, string mend) =>
        AssertShadowFault("Timeout", json, $"is not a time; for seconds, write \"{mend}\"");

    // As a time it would be out of range, so it is no mend.
    [Theory]
    [InlineData("SamplingDuration", "0", "write a time from 00:00:00.500 to 1.00:00:00")]
    [InlineData("BreakDuration", "\"0.25\"", "write a time from 00:00:00.500 to 1.00:00:00")]
    public void Time_BareNumberOutOfRange_IsAFaultThatShowsTheRange(string key, string json, string mend) =>
        AssertFault(
            $"TrafficMirroring:Shadows:v2:CircuitBreaker:{key}: ",
            Sources.WithShadow(
                $$"""
                "CircuitBreaker": { "{{key}}": {{json}} }
                """
            ),
            $"is not a time in the form hh:mm:ss that can be used here; {mend}"
        );

    [Fact]
    public void DrainTime_BareNumberOutOfRange_IsAFaultThatShowsTheRange() =>
        AssertTopLevelFault("DrainTimeout", "601", "write a time from 00:00:00 to 00:10:00");

    [Theory]
    [InlineData("\"1:30\"")]
    [InlineData("\"24:00:00\"")]
    [InlineData("\"00:60:00\"")]
    [InlineData("\" 00:00:05\"")]
    [InlineData("\"00:00:05 \"")]
    [InlineData("\"5s\"")]
    [InlineData("\"PT5S\"")]
    [InlineData("\"00:00:05,5\"")]
    [InlineData("-1")]
    [InlineData("\"Infinite\"")]
    public void Time_Bad_IsAFault(string json) =>
        AssertShadowFault(
            "Timeout",
            json,
            "is not a time in the form hh:mm:ss that can be used here; write a time from"
        );

    [Theory]
    [InlineData("Mirror", WritePolicy.Mirror)]
    [InlineData("skip", WritePolicy.Skip)]
    public void Enum_Name_IsRead(string text, WritePolicy expected) =>
        Assert.Equal(expected, Sources.LoadShadow($"\"Writes\": \"{text}\"").Writes);

    [Theory]
    [InlineData("Writes", "0")]
    [InlineData("Writes", "\"1\"")]
    [InlineData("Writes", "\"Mirror,Skip\"")]
    [InlineData("Writes", "\"Mirror \"")]
    [InlineData("PathFidelity", "1")]
    [InlineData("PathFidelity", "\"Exact\"")]
    public void Enum_Bad_IsAFaultThatNamesTheValues(string key, string json) =>
        AssertShadowFault(
            key,
            json,
            key == "Writes"
                ? "is not one of its values; write \"Mirror\" or \"Skip\""
                : "is not one of its values; write \"Raw\" or \"Canonical\""
        );

    [Theory]
    [InlineData("RequireGuard")]
    [InlineData("requireguard")]
    public void Writes_RequireGuard_IsNotBuiltYet(string value)
    {
        var fault = Assert.Single(Sources.FaultsOf(Sources.WithShadow($"\"Writes\": \"{value}\"")));

        Assert.Equal(
            $"TrafficMirroring:Shadows:v2:Writes: this version does not build the value '{value}' yet; write \"Mirror\" or \"Skip\".",
            fault
        );
    }

    [Theory]
    [InlineData("\"1.1\"", 1, 1)]
    [InlineData("1.1", 1, 1)]
    [InlineData("\"2\"", 2, 0)]
    [InlineData("2", 2, 0)]
    public void HttpVersion_Good_IsExact(string json, int major, int minor)
    {
        var shadow = Sources.LoadShadow($"\"HttpVersion\": {json}");

        Assert.Equal(new Version(major, minor), shadow.HttpVersion);
        Assert.Equal(HttpVersionPolicy.RequestVersionExact, shadow.HttpVersionPolicy);
    }

    [Theory]
    [InlineData("\"2.0\"")]
    [InlineData("\"1\"")]
    [InlineData("\"1.0\"")]
    [InlineData("\"3\"")]
    [InlineData("\"HTTP/2\"")]
    [InlineData("\" 2\"")]
    public void HttpVersion_Bad_IsAFault(string json) =>
        AssertShadowFault("HttpVersion", json, "is not one of its values; write \"1.1\" or \"2\"");

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
    public void ShadowScalar_Empty_IsAFault(string key)
    {
        var address = key == "Address" ? "" : ", \"Address\": \"http://h\"";

        var fault = Assert.Single(
            Sources.FaultsOf(Sources.WithShadows($$"""{ "v2": { "{{key}}": ""{{address}} } }"""))
        );

        Assert.StartsWith($"TrafficMirroring:Shadows:v2:{key}: it is empty; write ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Address_Empty_IsAFaultThatSpeaksOfNoDefault() =>
        Assert.Equal(
            "TrafficMirroring:Shadows:v2:Address: it is empty; write where the copies go, such as https://orders-v2.internal.",
            Assert.Single(Sources.FaultsOf(Sources.WithShadows("""{ "v2": { "Address": "" } }""")))
        );

    [Theory]
    [InlineData("Enabled")]
    [InlineData("TagHeader")]
    [InlineData("MaxBufferedBytes")]
    [InlineData("DrainTimeout")]
    public void TopLevelScalar_Empty_IsAFault(string key)
    {
        var fault = Assert.Single(Sources.FaultsOf(Sources.WithTopLevel($"\"{key}\": \"\"")));

        Assert.StartsWith($"TrafficMirroring:{key}: it is empty; write a value", fault, StringComparison.Ordinal);
    }

    private static void AssertTopLevelFault(string key, string json, string expected) =>
        AssertFault($"TrafficMirroring:{key}: ", Sources.WithTopLevel($"\"{key}\": {json}"), expected);

    private static void AssertShadowFault(string key, string json, string expected) =>
        AssertFault($"TrafficMirroring:Shadows:v2:{key}: ", Sources.WithShadow($"\"{key}\": {json}"), expected);

    private static void AssertFault(string start, string document, string expected)
    {
        var fault = Assert.Single(Sources.FaultsOf(document));

        Assert.StartsWith(start, fault, StringComparison.Ordinal);
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }
}
