using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>A shadow, in a process of its own. Counts what it receives.</summary>
internal sealed class ServedShadow
{
    private readonly ShadowSettings _settings;
    private long _received;

    private ServedShadow(ShadowSettings settings) => _settings = settings;

    public static async Task RunAsync(ShadowSettings settings)
    {
        var shadow = new ServedShadow(settings);
        var app = LoopbackServer.Create().Build();
        app.Run(shadow.HandleAsync);
        var port = await LoopbackServer.StartAsync(app);
        await Control.ServeAsync(
            port,
            () => new ServedCounts(ProcessCounts.Read(), new CopyCounts(), Interlocked.Read(ref shadow._received)),
            [Environment.ProcessId]
        );
    }

    private async Task HandleAsync(HttpContext context)
    {
        await LoopbackServer.ReadAsync(context);
        Interlocked.Increment(ref _received);
        switch (_settings.Behaviour)
        {
            case ShadowBehaviour.Slow:
                await Task.Delay(_settings.Delay, TimeProvider.System);
                break;
            case ShadowBehaviour.Hung:
                // Until the sender has had enough. An exception for each that gives up would be work that a hung server does not do.
                var givenUp = new TaskCompletionSource();
                await using (context.RequestAborted.Register(givenUp.SetResult))
                {
                    await givenUp.Task;
                }

                return;
            default:
                break;
        }

        await LoopbackServer.AnswerAsync(context);
    }
}
