using System.Text;
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
    public async Task Copy_AppReadsInAnyWay_BodyIsByteForByte(string path)
    {
        foreach (var size in (int[])[100, 5000, 60_000])
        {
            await AssertCopiedAsync(path, Json, SampleApp.NewOrderJson(size), chunked: false);
            await AssertCopiedAsync(path, Json, SampleApp.NewOrderJson(size), chunked: true);
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
        await using var environment = new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            ConfigureServices = BodyReaders.AddServices,
            App = BodyReaders.Map,
        };
        await environment.StartAsync(Token);

        var request = chunked
            ? RawRequest.Chunked("POST", path, [contentType], body)
            : RawRequest.Build("POST", path, [contentType], body);
        var copy = await CopyAsync(environment, shadow, request, status);

        Assert.Equal($"POST {path} HTTP/1.1", copy.StartLine);
        Assert.Equal(contentType, $"Content-Type: {copy.Value("Content-Type")}");
        Assert.Equal(body, copy.Body);
    }
}
