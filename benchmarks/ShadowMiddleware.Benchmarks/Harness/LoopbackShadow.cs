using Microsoft.AspNetCore.Builder;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>A shadow on a real server in this process. It reads and answers, several requests at once.</summary>
internal sealed class LoopbackShadow : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly AnsweringApp _app;

    private LoopbackShadow(WebApplication server, AnsweringApp app)
    {
        _server = server;
        _app = app;
    }

    public string Address => _server.Urls.Single();

    public long Received => _app.Answered;

    public static async Task<LoopbackShadow> StartAsync(MeasuredRequest request)
    {
        var app = new AnsweringApp(new PipeReadingApp(request.BodyBytes()));
        var server = LoopbackServer.Build(services: null);
        server.Run(app.InvokeAsync);
        await server.StartAsync();
        return new LoopbackShadow(server, app);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
