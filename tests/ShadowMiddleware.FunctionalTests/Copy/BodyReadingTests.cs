using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Copy;

public sealed class BodyReadingTests : CopyTest
{
    private const string Json = "Content-Type: application/json";

    [Theory]
    [InlineData("/binding")]
    [InlineData("/readfromjson")]
    [InlineData("/mvc")]
    [InlineData("/streamreader")]
    [InlineData("/copyto")]
    [InlineData("/copytosync")]
    [InlineData("/bodyreader")]
    [InlineData("/zerobyte")]
    [InlineData("/readsync")]
    [InlineData("/readbyte")]
    [InlineData("/beginread")]
    [InlineData("/late")]
    public async Task Copy_AppReadsInAnyWay_BodyIsByteForByte(string path)
    {
        foreach (var size in (int[])[100, 5000, 60_000])
        {
            await AssertCopiedAsync(path, Json, SampleApp.NewOrderJson(size), chunked: false);
            await AssertCopiedAsync(path, Json, SampleApp.NewOrderJson(size), chunked: true);
        }
    }

    [Theory]
    [InlineData("/binding")]
    [InlineData("/readfromjson")]
    [InlineData("/mvc")]
    [InlineData("/streamreader")]
    [InlineData("/copyto")]
    [InlineData("/copytosync")]
    [InlineData("/bodyreader")]
    [InlineData("/zerobyte")]
    [InlineData("/readsync")]
    [InlineData("/readbyte")]
    [InlineData("/beginread")]
    [InlineData("/late")]
    public async Task Copy_AppReadsInAnyWayOverHttp2_BodyIsByteForByte(string path)
    {
        foreach (var size in (int[])[100, 5000, 60_000])
        {
            var body = SampleApp.NewOrderJson(size);
            await AssertCopiedOverHttp2Async(path, "application/json", body, isAnnounced: true);
            await AssertCopiedOverHttp2Async(path, "application/json", body, isAnnounced: false);
        }
    }

    [Theory]
    [InlineData("/unread")]
    [InlineData("/tenbytes")]
    [InlineData("/examined")]
    public async Task Copy_AppLeavesBodyUnreadOverHttp2_BodyThatHasArrivedIsRescued(string path)
    {
        // In one write with the head: it has arrived when the app is done, or is not there at all, and then it is counted.
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow, HttpProtocols.Http2);
        var body = SampleApp.NewOrderJson(1000);

        using var content = new ByteArrayContent(body);
        using var response = await environment.Client.PostAsync(new Uri(path, UriKind.Relative), content, Token);
        var ledger = LedgerAssert.Describe(await environment.WaitUntilSettledAsync(Token));

        Assert.Contains(ledger, (string[])["seen 1, completed.2xx 1", "seen 1, dropped.body_incomplete 1"]);
        if (shadow.Received > 0)
        {
            Assert.Equal(body, (await shadow.NextAsync(Token)).Body);
        }
    }

    [Theory]
    [InlineData("/form", false)]
    [InlineData("/formfile", false)]
    [InlineData("/formfile", true)]
    public async Task Copy_LargeUploadThatTheFormReaderSpills_IsByteForByte(string path, bool overHttp2)
    {
        // Above 64 KB a file of a form goes to the disk.
        using var multipart = new MultipartFormDataContent("the boundary");
        multipart.Add(new StringContent("value"), "field");
        multipart.Add(new ByteArrayContent(Pattern.Take(700_000)), "file", "file name.bin");
        var body = await multipart.ReadAsByteArrayAsync(Token);
        var type = multipart.Headers.ContentType!.ToString();

        if (overHttp2)
        {
            await AssertCopiedOverHttp2Async(path, type, body, isAnnounced: true);
            await AssertCopiedOverHttp2Async(path, type, body, isAnnounced: false);
        }
        else
        {
            await AssertCopiedAsync(path, $"Content-Type: {type}", body, chunked: false);
            await AssertCopiedAsync(path, $"Content-Type: {type}", body, chunked: true);
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(5000)]
    [InlineData(60_000)]
    public async Task Copy_AppReadsAnnouncedLengthOnly_BodyIsByteForByte(int size) =>
        await AssertCopiedAsync("/exactly", Json, SampleApp.NewOrderJson(size), chunked: false);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Copy_UrlEncodedForm_BodyIsByteForByte(bool chunked) =>
        await AssertCopiedAsync(
            "/form",
            "Content-Type: application/x-www-form-urlencoded",
            Encoding.UTF8.GetBytes($"a=1&b=%20+%C3%A9&c={new string('x', 6000)}&&d"),
            chunked
        );

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Copy_MultipartFile_BodyIsByteForByte(bool chunked)
    {
        using var multipart = new MultipartFormDataContent("the boundary");
        multipart.Add(new StringContent("value"), "field");
        multipart.Add(new ByteArrayContent(new byte[50_000]), "file", "file name.bin");
        var body = await multipart.ReadAsByteArrayAsync(Token);

        await AssertCopiedAsync("/form", $"Content-Type: {multipart.Headers.ContentType}", body, chunked);
    }

    [Theory]
    [InlineData("/unread")]
    [InlineData("/tenbytes")]
    [InlineData("/examined")]
    [InlineData("/no-such-endpoint")]
    public async Task Copy_AppLeavesBodyUnread_BodyThatHasArrivedIsRescued(string path)
    {
        var status = path == "/no-such-endpoint" ? 404 : 200;
        await AssertCopiedAsync(path, Json, SampleApp.NewOrderJson(1000), chunked: false, status);
        await AssertCopiedAsync(path, Json, SampleApp.NewOrderJson(1000), chunked: true, status);
    }

    private async Task AssertCopiedAsync(string path, string contentType, byte[] body, bool chunked, int status = 200)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow, HttpProtocols.Http1);

        var request = chunked
            ? RawRequest.Chunked("POST", path, [contentType], body)
            : RawRequest.Build("POST", path, [contentType], body);
        var copy = await CopyAsync(environment, shadow, request, status);

        Assert.Equal($"POST {path} HTTP/1.1", copy.StartLine);
        Assert.Equal(contentType, $"Content-Type: {copy.Value("Content-Type")}");
        Assert.Equal(body, copy.Body);
    }

    private async Task AssertCopiedOverHttp2Async(string path, string contentType, byte[] body, bool isAnnounced)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow, HttpProtocols.Http2);

        using var content = new WrittenContent(
            (stream, token) => stream.WriteAsync(body, token).AsTask(),
            isAnnounced ? body.Length : null
        );
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var response = await environment.Client.PostAsync(new Uri(path, UriKind.Relative), content, Token);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}");
        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
        var copy = await shadow.NextAsync(Token);

        Assert.Equal($"POST {path} HTTP/1.1", copy.StartLine);
        Assert.Equal(contentType, copy.Value("Content-Type"));
        Assert.Equal($"{body.Length}", copy.Value("Content-Length"));
        Assert.False(copy.Has("Transfer-Encoding"));
        Assert.Equal(body, copy.Body);
    }

    private Task<MirrorEnvironment> StartAsync(RawShadow shadow, HttpProtocols protocols) =>
        new MirrorEnvironment
        {
            Protocols = protocols,
            Shadows = { ["v2"] = shadow.Address },
            ConfigureServices = BodyReaders.AddServices,
            App = BodyReaders.Map,
        }.StartAsync(Token);
}
