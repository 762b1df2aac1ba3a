using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.LoadTest.Faults;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>
/// The app whose other clients are measured, in a process of its own: every request copied, and all else as it is by default. The shadow that
/// is measured is paused until the process is told to turn to it.
/// </summary>
internal static class ServedIsolatedApp
{
    private const string Measured = "shadow";
    private const string WarmUp = "warm-up";

    public static async Task RunAsync(IsolatedAppSettings settings)
    {
        var builder = LoopbackServer.Create();
        var mirroring = builder.Services.AddTrafficMirroring(options => Configure(options, settings));
        AddBlockingCode(mirroring, settings.Blocks);
        var app = builder.Build();
        app.UseTrafficMirroring();
        app.Run(LoopbackServer.ReadAndAnswerAsync);

        var control = app.Services.GetRequiredService<ITrafficMirroringControl>();
        var ledger = app.Services.GetRequiredService<ITrafficMirroringLedger>();
        control.SetPaused(Measured, paused: true);
        var port = await LoopbackServer.StartAsync(app);
        await Control.ServeAsync(
            port,
            () => new ServedCounts(ProcessCounts.Read(), CopyCounts.Of(ledger.GetSnapshot().Shadows[Measured])),
            [Environment.ProcessId],
            turn: () =>
            {
                control.SetPaused(WarmUp, paused: true);
                control.SetPaused(Measured, paused: false);
            }
        );
    }

    private static void Configure(TrafficMirroringOptions options, IsolatedAppSettings settings)
    {
        options.Shadows[Measured] = Create(settings.Shadow, settings.Redacts);
        options.Shadows[Measured].HttpVersion = settings.HttpVersion;
        options.Shadows[WarmUp] = Create(settings.WarmUp, settings.Redacts);
    }

    private static ShadowOptions Create(string address, bool redacts)
    {
        var shadow = new ShadowOptions { Address = address };
        if (redacts)
        {
            shadow.RedactJson.Add(UploadedJson.Number);
            shadow.RedactJson.Add(UploadedJson.Holder);
        }

        return shadow;
    }

    private static void AddBlockingCode(ITrafficMirroringBuilder mirroring, BlockingCode where)
    {
        switch (where)
        {
            case BlockingCode.Nowhere:
                break;
            case BlockingCode.Transform:
                mirroring.AddTransform(Measured, static _ => Blocking.Block());
                break;
            default:
                mirroring.ConfigureShadowClient(
                    Measured,
                    client => client.AddHttpMessageHandler(() => new BlockingHandler(where))
                );
                break;
        }
    }
}
