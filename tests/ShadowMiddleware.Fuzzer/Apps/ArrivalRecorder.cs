using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Primitives;

namespace ShadowMiddleware.Fuzzer.Apps;

/// <summary>
/// Notes every connection and every request before the middleware under test sees it. It does not touch the body: a stream of its own
/// would take the server's own path away from the middleware.
/// </summary>
internal sealed class ArrivalRecorder
{
    public const string IdHeader = "X-Fuzz-Id";

    private readonly ConcurrentDictionary<int, TaskCompletionSource<ConnectionLog>> _byPort = [];
    private readonly Lock _sync = new();
    private int _requests;

    /// <summary>Requests that reached the app since the start.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The log of the connection that comes from a port of this machine. Each can be taken once.</summary>
    public async Task<ConnectionLog> TakeAsync(int clientPort, CancellationToken token)
    {
        var log = await Slot(clientPort).Task.WaitAsync(token);
        _byPort.TryRemove(clientPort, out _);
        return log;
    }

    public ConnectionDelegate Watch(ConnectionDelegate next) =>
        async connection =>
        {
            var log = new ConnectionLog(((IPEndPoint)connection.RemoteEndPoint!).Port);
            connection.Items[typeof(ConnectionLog)] = log;
            Slot(log.ClientPort).TrySetResult(log);
            try
            {
                await next(connection);
            }
            finally
            {
                log.End();
            }
        };

    public RequestDelegate Record(RequestDelegate next) =>
        async context =>
        {
            var log = (ConnectionLog)
                context.Features.GetRequiredFeature<IConnectionItemsFeature>().Items[typeof(ConnectionLog)]!;
            var number = Interlocked.Increment(ref _requests);
            var request = context.Request;
            var arrival = new Arrival
            {
                Id = $"{log.Case}-{number}",
                Connection = log,

                // On HTTP/2, requests reach the app in any order.
                Index = context.Features.Get<IHttp2StreamIdFeature>() is { StreamId: var stream }
                    ? (stream - 1) / 2
                    : log.Arrivals.Count,
                IsHttp2 = HttpProtocol.IsHttp2(request.Protocol),
                Method = request.Method,
                RawTarget = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
                Path = request.Path.Value ?? "",
                Query = request.QueryString.Value ?? "",
                Headers = [.. request.Headers.Select(field => KeyValuePair.Create(field.Key, field.Value))],
                CanHaveBody = context.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody,
                IsUpgradable = context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true },
            };

            lock (_sync)
            {
                log.Add(arrival);
            }

            request.Headers[IdHeader] = new StringValues(arrival.Id);
            context.Items[typeof(Arrival)] = arrival;
            try
            {
                await next(context);
            }
            finally
            {
                arrival.LeftBehind = Leftovers.In(context);
            }
        };

    private TaskCompletionSource<ConnectionLog> Slot(int port) =>
        _byPort.GetOrAdd(
            port,
            static _ => new TaskCompletionSource<ConnectionLog>(TaskCreationOptions.RunContinuationsAsynchronously)
        );
}
