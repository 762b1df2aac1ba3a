using System.Net.Http.Headers;
using ShadowMiddleware.LoadTest.Load;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>A second set of clients, in a process of its own: once a second, all of them upload at once.</summary>
internal sealed class ServedUploader
{
    public const int Uploads = 64;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly MediaTypeHeaderValue _contentType = new(LoadRequest.ContentType);

    private readonly Uri _target;
    private readonly HttpMessageInvoker _invoker;
    private readonly byte[] _body = UploadedJson.Create();
    private long _answered;

    private ServedUploader(UploaderSettings settings, HttpMessageInvoker invoker)
    {
        _target = new Uri(settings.App + LoadRequest.Target);
        _invoker = invoker;
    }

    public static async Task RunAsync(UploaderSettings settings)
    {
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        var uploader = new ServedUploader(settings, invoker);
        await Control.ServeAsync(
            port: 0,
            () => new ServedCounts(ProcessCounts.Read(), new CopyCounts(), Interlocked.Read(ref uploader._answered)),
            [Environment.ProcessId],
            uploader.SendAsync
        );
    }

    private async Task SendAsync(SendOrder order)
    {
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        var bursts = Math.Max(1, (int)(order.Time / Interval));
        for (var burst = 1; burst <= bursts; burst++)
        {
            await Task.WhenAll(Enumerable.Range(0, Uploads).Select(_ => UploadAsync()));
            if (burst < bursts)
            {
                await timer.WaitForNextTickAsync();
            }
        }
    }

    private async Task UploadAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _target) { Content = new ByteArrayContent(_body) };
        request.Content.Headers.ContentType = _contentType;
        using var response = await _invoker.SendAsync(request, CancellationToken.None);
        response.EnsureSuccessStatusCode();
        Interlocked.Increment(ref _answered);
    }
}
