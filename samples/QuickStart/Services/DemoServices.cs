using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orders;
using Orders.V1;
using Orders.V2;
using QuickStart.Copies;
using QuickStart.Reporting;
using ShadowMiddleware;

namespace QuickStart.Services;

/// <summary>
/// Three services, each a Kestrel of its own on a free loopback port: V1 with mirroring, V2 as its shadow, and a twin of V1 without
/// mirroring, which shows what the client would have seen otherwise.
/// </summary>
internal sealed class DemoServices : IAsyncDisposable
{
    public const string ShadowName = "v2";

    private readonly WebApplication _primary;
    private readonly WebApplication _twin;
    private readonly WebApplication _shadow;

    private DemoServices(WebApplication primary, WebApplication twin, WebApplication shadow, CopyCheck copies)
    {
        _primary = primary;
        _twin = twin;
        _shadow = shadow;
        Copies = copies;
        Ledger = primary.Services.GetRequiredService<ITrafficMirroringLedger>();
    }

    public string PrimaryAddress => _primary.Urls.First();

    public string TwinAddress => _twin.Urls.First();

    public string ShadowAddress => _shadow.Urls.First();

    public CopyCheck Copies { get; }

    public ITrafficMirroringLedger Ledger { get; }

    public static async Task<DemoServices> StartAsync(Screen screen)
    {
        var copies = new CopyCheck();
        var shadow = await StartShadowAsync(copies, screen);
        var primary = await StartPrimaryAsync(copies, screen, shadow.Urls.First());
        var twin = await StartTwinAsync(screen);
        return new DemoServices(primary, twin, shadow, copies);
    }

    public async ValueTask DisposeAsync()
    {
        // The primary first: it sends what is queued before it stops, and the shadow has to be there for that.
        foreach (var app in new[] { _primary, _twin, _shadow })
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }

    private static async Task<WebApplication> StartShadowAsync(CopyCheck copies, Screen screen)
    {
        var builder = LoopbackService.CreateBuilder(screen);
        builder.Services.AddOrdersV2();

        var app = builder.Build();
        app.Use(copies.OnShadowAsync);
        app.UseOrders();
        await app.StartAsync();
        return app;
    }

    private static async Task<WebApplication> StartPrimaryAsync(CopyCheck copies, Screen screen, string shadowAddress)
    {
        var builder = LoopbackService.CreateBuilder(screen);
        builder.Services.AddOrdersV1();
        builder.Services.AddTrafficMirroring(options =>
            options.Shadows[ShadowName] = new ShadowOptions { Address = shadowAddress }
        );

        var app = builder.Build();
        app.Use(copies.OnPrimaryAsync);
        app.UseTrafficMirroring();
        app.UseOrders();
        await app.StartAsync();
        return app;
    }

    private static async Task<WebApplication> StartTwinAsync(Screen screen)
    {
        var builder = LoopbackService.CreateBuilder(screen);
        builder.Services.AddOrdersV1();

        var app = builder.Build();
        app.UseOrders();
        await app.StartAsync();
        return app;
    }
}
