using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.FunctionalTests.Copy;

namespace ShadowMiddleware.FunctionalTests.Shaping;

public sealed class RedactionTests : CopyTest
{
    private const string Secret = "hush-hush";
    private const string Json = "Content-Type: application/json";
    private const string Form = "Content-Type: application/x-www-form-urlencoded";
    private const string Multipart = "Content-Type: multipart/form-data; boundary=b1";
    private const string Order =
        """{ "item": "b\u006fok", "CARD": {"n\u0075mber":"hush-hush", "x": 1.50 }, "card": {"number": 4111} }""";
    private const string RedactedOrder =
        """{ "item": "b\u006fok", "CARD": {"n\u0075mber":"redacted", "x": 1.50 }, "card": {"number": null} }""";

    private static readonly (string, string)[] _settings =
    [
        ("Shadows:v2:RedactQuery:0", "token"),
        ("Shadows:v2:RedactForm:0", "password"),
        ("Shadows:v2:RedactJson:0", "/card/number"),
        ("Shadows:v2:RedactJson:1", "/items/*/secret"),
    ];

    public static TheoryData<string, string, string> Redacted =>
        new()
        {
            { Json, Order, RedactedOrder },
            { "Content-Type: text/plain", Order, RedactedOrder },
            { "X-No: type", Order, RedactedOrder },
            { Form, "a=1&p%61ssword=hush-hush&b=%41+", "a=1&p%61ssword=redacted&b=%41+" },
            {
                Multipart,
                "--b1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b1\r\nContent-Disposition: form-data; name=\"Password\"; filename=x\r\n\r\nhush-hush\r\n--b1--\r\n",
                "--b1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b1\r\nContent-Disposition: form-data; name=\"Password\"; filename=x\r\n\r\nredacted\r\n--b1--\r\n"
            },
            { Json, "[1, 2]", "[1, 2]" },
            { Json, "", "" },
            { "Content-Encoding: gzip", "", "" },
        };

    public static TheoryData<string, string> Refused =>
        new()
        {
            { Json, """{"card":{"number":"hush-hush"},}""" },
            { Json, """{"card":{"number":"hush-hush"}} {"card":{"number":"hush-hush"}}""" },
            { "Content-Encoding: br", Order },
            { "Content-Type: application/json; charset=utf-16", Order },
            { Form, """{"card":{"number":"hush-hush"},}""" },
            { Form, """{"a":"&password=hush-hush&"}""" },
            { "Content-Type: text/plain", "password=hush-hush" },
            { "Content-Type: application/xml", "<password>hush-hush</password>" },
            { Multipart, "\r\n--b1\r\nContent-Disposition: form-data; name=password\r\n\r\nhush-hush\r\n--b1--\r\n" },
        };

    [Theory]
    [MemberData(nameof(Redacted))]
    public async Task Copy_HasTheValuesRedactedAndItsLength(string field, string body, string expected)
    {
        var request = RawRequest.Build(
            "POST",
            "/x?a=%41&%74oken=hush-hush&TOKEN",
            [field],
            Encoding.UTF8.GetBytes(body)
        );

        var copy = await CopyAsync(request, settings: _settings);

        Assert.Equal("POST /x?a=%41&%74oken=redacted&TOKEN HTTP/1.1", copy.StartLine);
        Assert.Equal(expected, copy.BodyText);
        Assert.Equal($"{Encoding.UTF8.GetByteCount(expected)}", copy.Value("Content-Length"));
        Assert.Equal(field[(field.IndexOf(' ', StringComparison.Ordinal) + 1)..], copy.Value(field.Split(':')[0]));
        Assert.False(copy.Has("Transfer-Encoding"));
        Assert.DoesNotContain(Secret, copy.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_OfAChunkedBodyInManyBlocks_IsRedacted()
    {
        var filler = new string('x', 5_000);
        var items = string.Join(
            ',',
            Enumerable.Range(0, 50).Select(i => $$"""{"secret":"{{Secret}}{{filler}}","kept":"{{i}}{{filler}}"}""")
        );
        var body = $$"""{"items":[{{items}}]}""";

        var copy = await CopyAsync(
            RawRequest.Chunked("PUT", "/x", [Json], Encoding.UTF8.GetBytes(body)),
            settings: _settings
        );

        Assert.Equal(body.Replace(Secret + filler, "redacted", StringComparison.Ordinal), copy.BodyText);
        Assert.Equal($"{copy.Body.Length}", copy.Value("Content-Length"));
    }

    [Fact]
    public async Task Copy_OverHttp2_IsRedacted()
    {
        await using var shadow = await new RecordingShadow { Protocols = HttpProtocols.Http2 }.StartAsync(Token);
        await using var environment = await StartAsync(shadow.Address, ("Shadows:v2:HttpVersion", "2"));
        var body = $$"""{"items":[{"secret":"{{new string('s', 200_000)}}"},{"secret":1}]}""";

        await environment.Primary.ExchangeAsync(
            RawRequest.Build("POST", "/x?token=1", [Json], Encoding.UTF8.GetBytes(body)),
            Token
        );
        var copy = await shadow.NextAsync(Token);

        Assert.Equal(
            ("HTTP/2", "/x?token=redacted", """{"items":[{"secret":"redacted"},{"secret":null}]}"""),
            (copy.Protocol, copy.Target, Encoding.UTF8.GetString(copy.Body))
        );
        Assert.Equal($"{copy.Body.Length}", copy.Headers["Content-Length"]);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Copy_ThatCannotBeRedactedWithCertainty_IsDropped(string field, string body)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow.Address);

        var response = await environment.Primary.ExchangeAsync(
            RawRequest.Build("POST", "/x", [field], Encoding.UTF8.GetBytes(body)),
            Token
        );

        Assert.Equal($"read {Encoding.UTF8.GetByteCount(body)}", response.BodyText);
        await AssertDroppedAsync(environment, shadow);
    }

    [Fact]
    public async Task Copy_OfACompressedBody_IsDroppedWhateverItIsCalled()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow.Address,
            ("Shadows:v2:RemoveHeaders:0", "Content-Encoding")
        );
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(Order));
        }

        await environment.Primary.ExchangeAsync(
            RawRequest.Build("POST", "/x", [Json, "Content-Encoding: gzip"], compressed.ToArray()),
            Token
        );

        await AssertDroppedAsync(environment, shadow);
    }

    [Fact]
    public async Task Copy_WithANameThatDecodersDifferIn_IsDropped()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow.Address);

        await environment.Primary.ExchangeAsync(RawRequest.Get($"/x?%u0074oken={Secret}"), Token);

        await AssertDroppedAsync(environment, shadow);
    }

    [Fact]
    public async Task Copies_ToTwoShadows_AreRedactedForOneOnly_AndTheAppReadsAll()
    {
        await using var one = RawShadow.Start();
        await using var two = RawShadow.Start();
        var read = new List<string>();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["one"] = one.Address, ["two"] = two.Address },
            Settings = { ["Shadows:two:RedactJson:0"] = "/card/number", ["Shadows:two:RedactQuery:0"] = "token" },
            App = app =>
                app.Run(async context =>
                {
                    using var reader = new StreamReader(context.Request.Body);
                    read.Add($"{context.Request.QueryString} {await reader.ReadToEndAsync(Token)}");
                }),
        }.StartAsync(Token);

        await environment.Primary.ExchangeAsync(
            RawRequest.Build("POST", "/x?token=1", [Json], Encoding.UTF8.GetBytes(Order)),
            Token
        );
        var whole = await one.NextAsync(Token);
        var redacted = await two.NextAsync(Token);

        Assert.Equal([$"?token=1 {Order}"], read);
        Assert.Equal(("/x?token=1", Order), (whole.Target, whole.BodyText));
        Assert.Equal(("/x?token=redacted", RedactedOrder), (redacted.Target, redacted.BodyText));
    }

    private async Task AssertDroppedAsync(MirrorEnvironment environment, RawShadow shadow)
    {
        await environment.WaitUntilLedgerIsAsync("seen 1, dropped.transform_failed 1", Token);
        Assert.Equal(0, shadow.Connections);
        environment.Logs.AssertNothingAtErrorOrAbove();
    }

    private async Task<MirrorEnvironment> StartAsync(string address, params (string Key, string Value)[] settings)
    {
        var environment = new MirrorEnvironment { Shadows = { ["v2"] = address } };
        foreach (var (key, value) in _settings.Concat(settings))
        {
            environment.Settings[key] = value;
        }

        return await environment.StartAsync(Token);
    }
}
