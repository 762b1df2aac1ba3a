using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Hosting;

/// <summary>A host without Kestrel, as users have it in their own tests: no pool of the server, other body streams.</summary>
public sealed class TestServerTests : FunctionalTest
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4097)]
    [InlineData(100_000)]
    public async Task Mirror_AppReadsTheBody_CopyIsByteForByte(int length)
    {
        await using var shadow = RawShadow.Start();
        using var host = await StartAsync(shadow, SampleApp.EchoAsync);
        var body = new byte[length];
        new Random(length).NextBytes(body);

        using var content = new ByteArrayContent(body);
        using var client = host.GetTestClient();
        using var response = await client.PostAsync("/a%20b?c=d", content, Token);

        Assert.Equal($"read {length}", await response.Content.ReadAsStringAsync(Token));
        var copy = await shadow.NextAsync(Token);
        Assert.Equal("POST /a%20b?c=d HTTP/1.1", copy.StartLine);
        Assert.Equal(body, copy.Body);
        await AssertLedgerAsync(host, "seen 1, completed.2xx 1");
    }

    [Fact]
    public async Task Mirror_AppIgnoresTheBody_AppIsNotDisturbed()
    {
        await using var shadow = RawShadow.Start();
        using var host = await StartAsync(shadow, SampleApp.IgnoreAsync);

        using var content = new ByteArrayContent([1, 2, 3]);
        using var client = host.GetTestClient();
        using var response = await client.PostAsync("/x", content, Token);

        Assert.Equal("ignored", await response.Content.ReadAsStringAsync(Token));
        var ledger = host.Services.GetRequiredService<ITrafficMirroringLedger>();
        await Eventually.HoldsAsync(() => IsSettled(ledger), () => "The request does not settle.", Token);
        LedgerAssert.AddsUp(ledger.GetSnapshot());
    }

    [Fact]
    public async Task Mirror_Get_IsCopied()
    {
        await using var shadow = RawShadow.Start();
        using var host = await StartAsync(shadow, SampleApp.EchoAsync);

        using var client = host.GetTestClient();
        await client.GetStringAsync("/x", Token);

        Assert.Equal("GET /x HTTP/1.1", (await shadow.NextAsync(Token)).StartLine);
        await AssertLedgerAsync(host, "seen 1, completed.2xx 1");
    }

    private async Task<IHost> StartAsync(RawShadow shadow, RequestDelegate app)
    {
        var host = new HostBuilder()
            .ConfigureWebHost(web =>
                web.UseTestServer()
                    .ConfigureServices(services =>
                        services.AddTrafficMirroring(options => options.MirrorTo(shadow.Address))
                    )
                    .Configure(builder =>
                    {
                        builder.UseTrafficMirroring();
                        builder.Run(app);
                    })
            )
            .Build();
        await host.StartAsync(Token);
        Assert.Null(host.Services.GetService<IMemoryPoolFactory<byte>>());
        return host;
    }

    private async Task AssertLedgerAsync(IHost host, string expected)
    {
        var ledger = host.Services.GetRequiredService<ITrafficMirroringLedger>();
        await Eventually.HoldsAsync(
            () => LedgerAssert.Describe(ledger.GetSnapshot().Shadows["shadow"]) == expected,
            () => LedgerAssert.Describe(ledger.GetSnapshot().Shadows["shadow"]),
            Token
        );
    }

    private static bool IsSettled(ITrafficMirroringLedger ledger) =>
        ledger.GetSnapshot().Shadows["shadow"] is { Seen: 1, Pending: 0, InFlight: 0 };
}
