using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.Capture;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Copy;

/// <summary>Bodies of up to 64 MiB, where the limits are raised to let them in. They need the memory of the process to themselves.</summary>
[Collection(Alone.Name)]
public sealed class LargeBodyTests : FunctionalTest
{
    private const int Max = 64 * 1024 * 1024;

    public static TheoryData<HttpProtocols, bool, string, int> Bodies { get; } =
        new()
        {
            { HttpProtocols.Http1, true, "1.1", 1 },
            { HttpProtocols.Http1, true, "1.1", 1024 * 1024 },
            { HttpProtocols.Http1, true, "1.1", Max },
            { HttpProtocols.Http1, false, "1.1", (16 * 1024 * 1024) + 1 },
            { HttpProtocols.Http1, false, "2", Max },
            { HttpProtocols.Http2, true, "2", (16 * 1024 * 1024) - 1 },
            { HttpProtocols.Http2, true, "1.1", Max },
            { HttpProtocols.Http2, false, "2", 1 },
            { HttpProtocols.Http2, false, "1.1", 1024 * 1024 },
            { HttpProtocols.Http2, false, "2", Max },
        };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Copy_BodyUpTo64Mebibytes_IsByteForByte(
        HttpProtocols protocols,
        bool isAnnounced,
        string version,
        int length
    )
    {
        await using var shadow = await StartShadowAsync(version);
        await using var environment = await StartAsync(shadow, protocols, version);

        await PostAsync(environment, length, isAnnounced);

        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
        var copy = await shadow.NextAsync(Token);
        Assert.Equal(length, copy.Body.Length);
        Assert.True(Pattern.Matches(0, copy.Body), "A byte is another.");
        Assert.Equal($"{length}", copy.Headers["Content-Length"].ToString());
        var budget = environment.Service<ByteBudget>();
        await Eventually.HoldsAsync(() => budget.Used == 0, () => $"{budget.Used} bytes are held", Token);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1, true)]
    [InlineData(HttpProtocols.Http1, false)]
    [InlineData(HttpProtocols.Http2, false)]
    public async Task Copy_BodyOfOneByteMore_IsDroppedWhole(HttpProtocols protocols, bool isAnnounced)
    {
        await using var shadow = await StartShadowAsync("1.1");
        await using var environment = await StartAsync(shadow, protocols, "1.1");

        await PostAsync(environment, Max + 1, isAnnounced);

        await environment.WaitUntilLedgerIsAsync("seen 1, dropped.body_too_large 1", Token);
        Assert.Equal(0, shadow.Received);
        Assert.Equal(0, environment.Service<ByteBudget>().Used);
    }

    private Task<RecordingShadow> StartShadowAsync(string version) =>
        new RecordingShadow { Protocols = version == "2" ? HttpProtocols.Http2 : HttpProtocols.Http1 }.StartAsync(
            Token
        );

    private Task<MirrorEnvironment> StartAsync(RecordingShadow shadow, HttpProtocols protocols, string version) =>
        new MirrorEnvironment
        {
            Protocols = protocols,
            Shadows = { ["v2"] = shadow.Address },
            Settings =
            {
                ["MaxBufferedBytes"] = $"{Max + (64 * 1024)}",
                ["Shadows:v2:MaxBodyBytes"] = $"{Max}",
                ["Shadows:v2:HttpVersion"] = version,
                ["Shadows:v2:Timeout"] = "00:00:30",
            },
            ConfigureKestrel = kestrel => kestrel.Limits.MaxRequestBodySize = null,
        }.StartAsync(Token);

    private async Task PostAsync(MirrorEnvironment environment, int length, bool isAnnounced)
    {
        using var content = new WrittenContent(
            (stream, token) => Pattern.WriteAsync(stream, 0, length, token),
            isAnnounced ? length : null
        );
        using var response = await environment.Client.PostAsync(new Uri("/x", UriKind.Relative), content, Token);
        Assert.Equal($"read {length}", await response.Content.ReadAsStringAsync(Token));
    }
}
