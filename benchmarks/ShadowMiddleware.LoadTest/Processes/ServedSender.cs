using System.Net.Http.Headers;
using ShadowMiddleware.LoadTest.Load;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>
/// The least that sending the copies can cost with the platform's client: a loop around <see cref="HttpMessageInvoker"/> that sends the
/// same request to the same shadow, and nothing else, in a process of its own.
/// </summary>
internal sealed class ServedSender
{
    private static readonly MediaTypeHeaderValue _contentType = new(LoadRequest.ContentType);

    private readonly Uri _target;
    private readonly int _concurrency;
    private readonly HttpMessageInvoker _invoker;
    private long _sent;

    private ServedSender(SenderSettings settings, HttpMessageInvoker invoker)
    {
        _invoker = invoker;
        _target = new Uri(settings.Shadow + LoadRequest.Target);
        _concurrency = settings.Concurrency;
    }

    public static async Task RunAsync(SenderSettings settings)
    {
        // What costs extra and is of no use to a copy is off.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
        };
        using var invoker = new HttpMessageInvoker(handler);
        var sender = new ServedSender(settings, invoker);
        await Control.ServeAsync(
            port: 0,
            () => new ServedCounts(ProcessCounts.Read(), new CopyCounts(), Interlocked.Read(ref sender._sent)),
            [Environment.ProcessId],
            sender.SendAsync
        );
    }

    private async Task SendAsync(SendOrder order)
    {
        using var end = new CancellationTokenSource(order.Time, TimeProvider.System);
        var pace = order.Rate is { } rate ? new Pace(rate) : null;
        await Task.WhenAll(Enumerable.Range(0, _concurrency).Select(_ => Task.Run(() => LoopAsync(end, pace))));
    }

    // The end is looked at between two sends: a send that is broken off would be counted nowhere.
    private async Task LoopAsync(CancellationTokenSource end, Pace? pace)
    {
        while (!end.IsCancellationRequested)
        {
            if (pace is not null)
            {
                await pace.WaitForTurnAsync();
            }

            using var request = Create();
            using var response = await _invoker.SendAsync(request, CancellationToken.None);
            await response.EnsureSuccessStatusCode().Content.CopyToAsync(Stream.Null);
            Interlocked.Increment(ref _sent);
        }
    }

    private HttpRequestMessage Create()
    {
        var content = new ByteArrayContent(LoadRequest.Body);
        content.Headers.ContentType = _contentType;
        var request = new HttpRequestMessage(HttpMethod.Post, _target) { Content = content };
        foreach (var (name, value) in LoadRequest.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }
}
