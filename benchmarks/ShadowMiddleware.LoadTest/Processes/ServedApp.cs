using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>The app under load, in a process of its own: reads the body, answers two bytes.</summary>
internal static class ServedApp
{
    public static async Task RunAsync(AppSettings settings)
    {
        var builder = LoopbackServer.Create();
        if (settings.Copies == CopiedBy.Middleware)
        {
            builder.Services.AddTrafficMirroring(options => Configure(options, settings));
        }

        var app = builder.Build();
        var readCopies = Use(app, settings);
        app.Run(LoopbackServer.ReadAndAnswerAsync);
        var port = await LoopbackServer.StartAsync(app);
        await Control.ServeAsync(
            port,
            () => new ServedCounts(ProcessCounts.Read(), readCopies()),
            [Environment.ProcessId]
        );
    }

    private static Func<CopyCounts> Use(WebApplication app, AppSettings settings)
    {
        switch (settings.Copies)
        {
            case CopiedBy.Middleware:
                app.UseTrafficMirroring();
                var ledger = app.Services.GetRequiredService<ITrafficMirroringLedger>();
                return () => CopyCounts.Of(ledger.GetSnapshot().Shadows.Values.Single());
            case CopiedBy.NaiveMiddleware:
                var naive = new NaiveMirroring(new HttpClient { BaseAddress = new Uri(settings.Shadow!) });
                app.Use(naive.InvokeAsync);
                return naive.ReadCounts;
            default:
                return static () => new CopyCounts();
        }
    }

    private static void Configure(TrafficMirroringOptions options, AppSettings settings)
    {
        options.Protection.Enabled = settings.Protection;
        var shadow = options.MirrorTo(settings.Shadow!, settings.Percent);
        if (settings.WideLimits)
        {
            WideLimits.Apply(options, shadow);
        }
    }
}
