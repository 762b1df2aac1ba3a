using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.Soak.Apps;
using ShadowMiddleware.Soak.Traffic;

namespace ShadowMiddleware.Soak.Clients;

/// <summary>A client over HTTP/2: several streams at a time on one connection, some of them reset, and now and then the whole connection closed.</summary>
internal sealed class Http2Client
{
    private const int Streams = 6;
    private const int RequestsPerConnection = 400;

    private readonly ClientContext _context;
    private readonly Random _random;

    public Http2Client(ClientContext context, Random random)
    {
        _context = context;
        _random = random;
    }

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                using var client = Http2Requests.NewClient(_context.Host.Http2Address);
                var seeds = Enumerable.Range(0, Streams).Select(_ => _random.Next()).ToArray();
                await Task.WhenAll(seeds.Select(seed => RunStreamsAsync(client, new Random(seed), stop)));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The run is over.
        }
        catch (Exception exception)
        {
            _context.Findings.Add($"A client over HTTP/2 failed: {exception}");
        }
    }

    private async Task RunStreamsAsync(HttpClient client, Random random, CancellationToken stop)
    {
        for (var i = 0; i < RequestsPerConnection / Streams; i++)
        {
            await _context.Waves.WaitForTurnAsync(random, stop);
            using var limit = ClientContext.NewLimit();
            await ActAsync(client, random, limit.Token);
        }
    }

    private Task ActAsync(HttpClient client, Random random, CancellationToken token) =>
        random.Next(100) switch
        {
            < 70 => ExchangeAsync(client, _context.Kinds.Draw(random), token),
            < 78 => ExchangeAsync(client, SoakApp.DrawLong(random), token),
            < 92 => ResetAsync(client, random),
            _ => CutUploadAsync(client, random),
        };

    private async Task ExchangeAsync(HttpClient client, RequestKind kind, CancellationToken token)
    {
        try
        {
            var answer = await Http2Requests.ExchangeAsync(client, kind, _context.Tickets.Issue(kind), token);
            await _context.JudgeAsync(kind, isHttp2: true, answer, token);
        }
        catch (OperationCanceledException exception)
        {
            throw new TimeoutException($"{kind} has no answer over HTTP/2.", exception);
        }
    }

    private async Task ResetAsync(HttpClient client, Random random)
    {
        var kind = random.Next(2) == 0 ? SoakApp.DrawLong(random) : _context.Kinds.Draw(random);
        using var request = Http2Requests.Build(client.BaseAddress!, kind, _context.Tickets.Issue(kind));
        await GiveUpAsync(client, request, TimeSpan.FromMilliseconds(random.Next(50)));
    }

    private async Task CutUploadAsync(HttpClient client, Random random)
    {
        var kind = _context.Kinds.DrawUpload(random);
        using var request = Http2Requests.Build(
            client.BaseAddress!,
            kind,
            _context.Tickets.Issue(kind, isWhole: false)
        );
        request.Content = new HalfContent(random.Next(1, 100_000));
        await GiveUpAsync(client, request, TimeSpan.FromMilliseconds(random.Next(10, 100)));
    }

    private async Task GiveUpAsync(HttpClient client, HttpRequestMessage request, TimeSpan time)
    {
        using var limit = new CancellationTokenSource(time);
        try
        {
            using var response = await client.SendAsync(request, limit.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException)
        {
            // What it came for.
        }

        _context.Counts.AddAbort();
    }
}
