using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Copy;

public sealed class BodySizeTests : CopyTest
{
    private const int MaxBodyBytes = 100_000;

    private static readonly string[] _fields = ["Content-Type: application/octet-stream"];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(8192)]
    [InlineData(65536)]
    [InlineData(MaxBodyBytes - 1)]
    [InlineData(MaxBodyBytes)]
    public async Task Copy_BodyUpToTheCap_IsByteForByte(int length)
    {
        var body = RandomBytes(length);

        var copy = await CopyAsync(RawRequest.Build("POST", "/x", _fields, body), app: null, Cap());

        Assert.Equal($"{length}", copy.Value("Content-Length"));
        Assert.Equal(body, copy.Body);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(200, 1)]
    [InlineData(4096, 4096)]
    [InlineData(4097, 4096)]
    [InlineData(65536, 1000)]
    [InlineData(MaxBodyBytes, 30_000)]
    public async Task Copy_ChunkedBody_IsSentWithItsLength(int length, int chunkSize)
    {
        var body = RandomBytes(length);

        var copy = await CopyAsync(RawRequest.Chunked("POST", "/x", _fields, body, chunkSize), app: null, Cap());

        Assert.Equal($"{length}", copy.Value("Content-Length"));
        Assert.False(copy.Has("Transfer-Encoding"));
        Assert.Equal(body, copy.Body);
    }

    [Fact]
    public async Task Copy_TrailersOfTheRequest_AreLeftOutAndTheBodyIsExact()
    {
        byte[] request =
        [
            .. RawRequest.Head("POST", "/x", "Transfer-Encoding: chunked", "Trailer: X-Sum"),
            .. "3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n"u8,
        ];

        var copy = await CopyAsync(request, app: null, Cap());

        Assert.Equal("abcde", copy.BodyText);
        Assert.Equal("5", copy.Value("Content-Length"));
        Assert.False(copy.Has("Trailer"));
        Assert.False(copy.Has("X-Sum"));
    }

    [Theory]
    [InlineData(MaxBodyBytes + 1, false)]
    [InlineData(MaxBodyBytes + 1, true)]
    [InlineData(2 * MaxBodyBytes, false)]
    [InlineData(2 * MaxBodyBytes, true)]
    public async Task Copy_BodyOverTheCap_IsDroppedWhole(int length, bool chunked)
    {
        var body = RandomBytes(length);
        await using var shadow = RawShadow.Start();
        await using var environment = new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { [Cap().Key] = Cap().Value },
        };
        await environment.StartAsync(Token);

        var request = chunked
            ? RawRequest.Chunked("POST", "/x", _fields, body)
            : RawRequest.Build("POST", "/x", _fields, body);
        var response = await environment.Primary.ExchangeAsync(request, Token);
        var ledger = await environment.WaitUntilSettledAsync(Token);

        Assert.Equal($"read {length}", response.BodyText);
        Assert.Equal("seen 1, dropped.body_too_large 1", LedgerAssert.Describe(ledger));
        Assert.Equal(0, shadow.Connections);
    }

    [Fact]
    public async Task Copy_CapOfZero_MirrorsBodylessRequestsOnly()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { ["Shadows:v2:MaxBodyBytes"] = "0" },
        };
        await environment.StartAsync(Token);

        await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);
        await environment.Primary.ExchangeAsync(RawRequest.Build("POST", "/x", [], []), Token);
        await environment.Primary.ExchangeAsync(RawRequest.Build("POST", "/x", [], [1]), Token);
        var ledger = await environment.WaitUntilSettledAsync(Token);

        Assert.Equal("seen 3, dropped.body_too_large 1, completed.2xx 2", LedgerAssert.Describe(ledger));
    }

    private static (string Key, string Value) Cap() => ("Shadows:v2:MaxBodyBytes", $"{MaxBodyBytes}");

    private static byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
