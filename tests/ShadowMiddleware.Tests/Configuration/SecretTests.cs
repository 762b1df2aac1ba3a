using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Tests.Configuration;

/// <summary>Whatever may be a secret occurs nowhere in a message.</summary>
public class SecretTests
{
    private const string Secret = "hush-hush";

    [Theory]
    [InlineData("https://hush-hush@shadow")]
    [InlineData("https://me:hush-hush@shadow")]
    [InlineData("https://hush-hush:me@shadow/a?b#c")]
    [InlineData("https://me:a/hush-hush@shadow")]
    [InlineData("https://me:a?hush-hush@shadow")]
    [InlineData("https://me:a#hush-hush@shadow")]
    [InlineData("https://me:a@hush-hush@shadow")]
    [InlineData("https://me:hush-hush@@shadow")]
    [InlineData("https://me:hush-hush@sha dow")]
    [InlineData("https://me:hush-hush@shadow:99999")]
    [InlineData("me:hush-hush@shadow")]
    [InlineData("ftp://me:hush-hush@shadow")]
    [InlineData("hush-hush://me@shadow")]
    [InlineData("https:me:hush-hush@shadow")]
    [InlineData("https://shadow?key=hush-hush")]
    [InlineData("https://shadow/base?a=b&key=hush-hush#c")]
    [InlineData("https://shadow#hush-hush")]
    [InlineData("shadow?key=hush-hush")]
    [InlineData("https://me:hush-hush\\u0040@shadow")]
    public void Address_Bad_HidesUserInfoQueryAndFragment(string address)
    {
        var fault = AssertHidden(Sources.WithShadows($$"""{ "v2": { "Address": "{{address}}" } }"""));

        Assert.StartsWith("TrafficMirroring:Shadows:v2:Address: '", fault, StringComparison.Ordinal);
        Assert.Contains(SecretMask.Mask, fault, StringComparison.Ordinal);
        Assert.Contains("sh", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"SetHeaders\": \"hush-hush\"")]
    [InlineData("\"SetHeaders\": [\"hush-hush\"]")]
    [InlineData("\"SetHeaders\": { \"Host\": \"hush-hush\" }")]
    [InlineData("\"SetHeaders\": { \"A B\": \"hush-hush\" }")]
    [InlineData("\"SetHeaders\": { \"\": \"hush-hush\" }")]
    [InlineData("\"SetHeaders\": { \"X-Team\": \"hush-hush\\n\" }")]
    [InlineData("\"SetHeaders\": { \"X-Team\": [\"hush-hush\"] }")]
    [InlineData("\"SetHeaders\": { \"Authorization: hush-hush\": \"\" }")]
    [InlineData("\"SetHeaders\": { \"Authorization hush-hush\": \"\" }")]
    [InlineData("\"RemoveHeaders\": [\"Authorization: hush-hush\"]")]
    [InlineData("\"RemoveHeaders\": \"Authorization: hush-hush\"")]
    [InlineData("\"SetHeader\": \"hush-hush\"")]
    [InlineData("\"SetHeader\": { \"Authorization\": \"hush-hush\" }")]
    [InlineData("\"Password\": \"hush-hush\"")]
    [InlineData("\"Salt\": [\"hush-hush\"]")]
    [InlineData("\"Percent\": \"http://me:hush-hush@shadow\"")]
    [InlineData("\"CircuitBreaker\": \"http://me:hush-hush@shadow\"")]
    public void ShadowKey_Bad_HidesWhatMayBeASecret(string keys) => AssertHidden(Sources.WithShadow(keys));

    [Theory]
    [InlineData("\"SigningKeys\": [\"hush-hush\"]")]
    [InlineData("\"SigningKeys\": \"hush-hush\"")]
    [InlineData("\"SigningKey\": \"hush-hush\"")]
    [InlineData("\"TagHeader\": \"X-Tag: hush-hush\"")]
    public void TopLevelKey_Bad_HidesWhatMayBeASecret(string keys) => AssertHidden(Sources.WithTopLevel(keys));

    [Theory]
    [InlineData("Authorization: hush-hush")]
    [InlineData("Authorization\nhush-hush")]
    public void HeaderName_OfCodeWithAValueInIt_HidesIt(string name)
    {
        var faults = Sources.FaultsOfShadow(shadow =>
        {
            shadow.SetHeaders[name] = Secret;
            shadow.RemoveHeaders.Add(name);
        });

        Assert.Equal(2, faults.Length);
        Assert.All(faults, fault => Assert.DoesNotContain(Secret, fault, StringComparison.Ordinal));
        Assert.All(faults, fault => Assert.Contains("'Authorization***'", fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://shadow/base", "'https://shadow/base'")]
    [InlineData("https://me:pw@shadow/base", "'https://***@shadow/base'")]
    [InlineData("HTTP://me@shadow", "'HTTP://***@shadow'")]
    [InlineData("me@shadow", "'***@shadow'")]
    [InlineData("http://h?", "'http://h?'")]
    [InlineData("http://h?q", "'http://h?***'")]
    [InlineData("http://h#", "'http://h#'")]
    [InlineData("a\tb\u2028c\u202ed", "'a\\u0009b\\u2028c\\u202ed'")]
    public void Quote_ShowsWhatIsNoSecret(string value, string expected) =>
        Assert.Equal(expected, SecretMask.Quote(value));

    [Fact]
    public void Quote_OfALongValue_IsShort() =>
        Assert.InRange(SecretMask.Quote(new string('x', 100_000)).Length, 100, 250);

    private static string AssertHidden(string document)
    {
        var exception = Assert.Throws<TrafficMirroringConfigurationException>(() => Sources.Load(document));

        Assert.DoesNotContain(Secret, exception.ToString(), StringComparison.Ordinal);
        return Assert.Single(exception.Failures);
    }
}
