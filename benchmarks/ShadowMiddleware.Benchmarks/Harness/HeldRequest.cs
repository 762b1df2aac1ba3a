using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Hosting;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>
/// A request that a real Kestrel has received and waits to have answered: its context, its features and its header dictionary are
/// the server's own, with the server's own costs. Stand-ins made of dictionaries would cost more than the middleware itself.
/// </summary>
internal sealed class HeldRequest : IRepeatedRequest, IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly Socket _client;
    private readonly TaskCompletionSource _answer;

    private HeldRequest(WebApplication server, Socket client, TaskCompletionSource answer, HttpContext context)
    {
        _server = server;
        _client = client;
        _answer = answer;
        Context = context;
    }

    public HttpContext Context { get; }

    public IMemoryPoolFactory<byte> MemoryPools => _server.Services.GetRequiredService<IMemoryPoolFactory<byte>>();

    public static async Task<HeldRequest> StartAsync(string requestText)
    {
        var arrived = new TaskCompletionSource<HttpContext>(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var server = LoopbackServer.Build(services: null);
        server.Run(context =>
        {
            arrived.TrySetResult(context);
            return answer.Task;
        });
        await server.StartAsync();

        var client = LoopbackServer.Connect(server);
        client.Send(Encoding.ASCII.GetBytes(requestText));
        return new HeldRequest(server, client, answer, await arrived.Task);
    }

    // The server forgets features between requests.
    public void Rewind() => Context.Features.Set<MirroredRequestMarker>(null);

    public async ValueTask DisposeAsync()
    {
        _answer.TrySetResult();
        _client.Dispose();
        await _server.DisposeAsync();
    }
}
