using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Tests.Configuration;

public class AddressTests
{
    [Theory]
    [InlineData("http://shadow", "http://shadow")]
    [InlineData("http://shadow/", "http://shadow")]
    [InlineData("HTTPS://Shadow.Internal/Base", "https://shadow.internal/Base")]
    [InlineData("https://shadow:443/base/", "https://shadow/base")]
    [InlineData("http://shadow:80", "http://shadow")]
    [InlineData("http://shadow:443", "http://shadow:443")]
    [InlineData("https://shadow:8443/a/b", "https://shadow:8443/a/b")]
    [InlineData("http://127.0.0.1:5001", "http://127.0.0.1:5001")]
    [InlineData("http://[::1]:8080/a/", "http://[::1]:8080/a")]
    [InlineData("http://[0:0:0:0:0:0:0:1]", "http://[::1]")]
    [InlineData("https://bücher.example/x", "https://xn--bcher-kva.example/x")]
    [InlineData("http://my_service:81", "http://my_service:81")]
    [InlineData("http://shadow./x", "http://shadow./x")]
    [InlineData("http://h/%2F/%41/../b//c", "http://h/%2F/%41/../b//c")]
    [InlineData("http://h/a;v=1/@me/x:y,z", "http://h/a;v=1/@me/x:y,z")]
    public void Address_Good_HasOneForm(string address, string expected)
    {
        Assert.True(AddressRules.TryNormalize(address, out var normalized, out var fault), fault);
        Assert.Equal(expected, normalized);
    }

    [Theory]
    [InlineData("http://shadow")]
    [InlineData("https://bücher.example:444/x")]
    [InlineData("http://[::1]:8080/a/")]
    public void Address_Normalized_StaysAsItIs(string address)
    {
        Assert.True(AddressRules.TryNormalize(address, out var once, out _));
        Assert.True(AddressRules.TryNormalize(once, out var twice, out _));
        Assert.Equal(once, twice);
    }

    [Theory]
    [InlineData("shadow", "an absolute http or https address is meant")]
    [InlineData("shadow.internal:8080", "an absolute http or https address is meant")]
    [InlineData("/orders", "an absolute http or https address is meant")]
    [InlineData("//shadow/orders", "an absolute http or https address is meant")]
    [InlineData("http:shadow", "an absolute http or https address is meant")]
    [InlineData("http:/shadow", "an absolute http or https address is meant")]
    [InlineData("ftp://shadow", "an absolute http or https address is meant")]
    [InlineData("file:///etc/passwd", "an absolute http or https address is meant")]
    [InlineData("ws://shadow", "an absolute http or https address is meant")]
    [InlineData("http+unix://shadow", "an absolute http or https address is meant")]
    [InlineData(" http://shadow", "no blanks")]
    [InlineData("http://shadow ", "no blanks")]
    [InlineData("http://sha dow", "no blanks")]
    [InlineData("http://shadow/a b", "no blanks")]
    [InlineData("http://shadow\r\nX: y", "no blanks")]
    [InlineData("http://shadow\\evil", "no blanks, control characters or backslashes")]
    [InlineData("http://shadow/a\\b", "no blanks, control characters or backslashes")]
    [InlineData("http://", "its host or port is not valid")]
    [InlineData("http:///path", "its host or port is not valid")]
    [InlineData("http://:80", "its host or port is not valid")]
    [InlineData("http://shadow:99999", "its host or port is not valid")]
    [InlineData("http://shadow:eighty", "its host or port is not valid")]
    [InlineData("http://sha%64ow", "its host or port is not valid")]
    [InlineData("http://a..b", "its host or port is not valid")]
    [InlineData("http://[::1", "its host or port is not valid")]
    [InlineData("http://[zz]", "its host or port is not valid")]
    [InlineData("http://-a", "its host is not valid")]
    [InlineData("http://*:80", "its host or port is not valid")]
    [InlineData("http://+:80", "its host or port is not valid")]
    [InlineData("http://256.1.1.1", "its host is not valid")]
    [InlineData("http://shadow:0", "nothing listens on port 0")]
    [InlineData("http://1", "is read as the IP address 0.0.0.1")]
    [InlineData("http://0x7f.1/", "is read as the IP address 127.0.0.1")]
    [InlineData("http://[fe80::1%25eth0]/", "an address with a zone cannot be used")]
    [InlineData("http://h/%zz", "its path holds characters")]
    [InlineData("http://h/%2", "its path holds characters")]
    [InlineData("http://h/ä", "its path holds characters")]
    [InlineData("http://h/{id}", "its path holds characters")]
    [InlineData("http://h?a=b", "remove a query")]
    [InlineData("http://h/?", "remove a query")]
    [InlineData("http://h#f", "remove a fragment")]
    [InlineData("http://h/#?", "remove a fragment")]
    [InlineData("http://me:pw@h", "remove user info (to send credentials, set Authorization in SetHeaders)")]
    [InlineData("http://@h", "remove user info")]
    [InlineData(
        "http://me@h/?a#b",
        "remove user info (to send credentials, set Authorization in SetHeaders) and a query and a fragment"
    )]
    public void Address_Bad_SaysWhyAndHowToMend(string address, string expected)
    {
        Assert.False(AddressRules.TryNormalize(address, out _, out var fault));
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost", "http://localhost")]
    [InlineData("localhost:5002", "http://localhost:5002")]
    [InlineData("localhost:5002/base", "http://localhost:5002/base")]
    [InlineData("127.0.0.1:5002", "http://127.0.0.1:5002")]
    [InlineData("[::1]:5002", "http://[::1]:5002")]
    [InlineData("orders-v2:8080", "http://orders-v2:8080")]
    [InlineData("orders-v2:443", "https://orders-v2:443")]
    [InlineData("orders-v2:8443", "https://orders-v2:8443")]
    [InlineData("orders-v2", "https://orders-v2")]
    [InlineData("orders-v2.internal", "https://orders-v2.internal")]
    [InlineData("orders-v2.internal/base", "https://orders-v2.internal/base")]
    [InlineData("//orders-v2.internal", "https://orders-v2.internal")]
    [InlineData("http:orders-v2", "http://orders-v2")]
    [InlineData("https:/orders-v2", "https://orders-v2")]
    [InlineData("http:///orders-v2", null)]
    [InlineData("ftp://orders-v2", null)]
    [InlineData("/orders", null)]
    [InlineData("orders-v2:eighty", null)]
    [InlineData("me:hush-hush@orders-v2", null)]
    [InlineData("orders-v2?key=hush-hush", null)]
    public void Address_WithoutAScheme_IsAFaultThatWritesTheOneThatWasMeant(string address, string? meant)
    {
        var fault = Assert.Single(
            Sources.FaultsOf(Sources.WithShadows($$"""{ "v2": { "Address": "{{address}}" } }"""))
        );

        if (meant is not null)
        {
            Assert.EndsWith(
                $": an absolute http or https address is meant; write {meant}.",
                fault,
                StringComparison.Ordinal
            );
            Assert.True(AddressRules.TryNormalize(meant, out _, out _));
        }

        Assert.DoesNotContain("hush-hush", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https+http://orders", "is for service discovery", "write https://orders, or http:// in front.")]
    [InlineData(
        "http+https://orders/base",
        "is for service discovery",
        "write https://orders/base, or http:// in front."
    )]
    [InlineData(
        "http://_admin.orders",
        "an endpoint of service discovery",
        "write http://orders, or give the endpoint"
    )]
    [InlineData("https://_admin.orders:81/x", "an endpoint of service discovery", "write https://orders:81, or give")]
    public void Address_OfServiceDiscovery_IsAFaultThatNamesIt(string address, string name, string mend)
    {
        Assert.False(AddressRules.TryNormalize(address, out _, out var fault));
        Assert.Contains(name, fault, StringComparison.Ordinal);
        Assert.Contains(mend, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Address_Bad_IsAFaultWithKeyAndValue()
    {
        var fault = Assert.Single(Sources.FaultsOf(Sources.WithShadows("""{ "v2": { "Address": "ftp://shadow" } }""")));

        Assert.StartsWith(
            "TrafficMirroring:Shadows:v2:Address: 'ftp://shadow': an absolute http or https address is meant",
            fault,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("//evil/x")]
    [InlineData("/@evil/x")]
    [InlineData("/\\evil/x")]
    [InlineData("/x?y#z")]
    [InlineData("/:99/x")]
    public void RawTarget_AppendedToTheNormalizedAddress_CannotMoveTheAuthority(string target)
    {
        foreach (var address in (string[])["http://shadow", "http://shadow:8080/base/", "http://[::1]:81"])
        {
            Assert.True(AddressRules.TryNormalize(address, out var normalized, out _));
            var options = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };

            Assert.True(Uri.TryCreate(normalized + target, options, out var uri));
            Assert.Equal(new Uri(address).Authority, uri.Authority);
        }
    }
}
