using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.Soak.Apps;
using ShadowMiddleware.Soak.Traffic;

namespace ShadowMiddleware.Soak.Clients;

/// <summary>
/// A client over HTTP/1.1, one request after the other for as long as the run lasts: whole, pipelined, slow, given up at some point, long polls and events.
/// </summary>
internal sealed class Http1Client
{
    private const int MostPipelined = 5;
    private const int MostPipelinedBytes = 10_000;

    private readonly ClientContext _context;
    private readonly Random _random;
    private RawConnection? _connection;
    private string _act = "";

    public Http1Client(ClientContext context, Random random)
    {
        _context = context;
        _random = random;
    }

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                if (!_context.Waves.IsOpen)
                {
                    // What it holds is no part of what is measured in a lull.
                    Leave();
                }

                await _context.Waves.WaitForTurnAsync(_random, stop);
                using var limit = ClientContext.NewLimit();
                await ActAsync(limit.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The run is over.
        }
        catch (Exception exception)
        {
            _context.Findings.Add($"A client over HTTP/1.1 failed at {_act}: {exception}");
        }
        finally
        {
            Leave();
        }
    }

    private Task ActAsync(CancellationToken token) =>
        _random.Next(100) switch
        {
            < 60 => ExchangeAsync(_context.Kinds.Draw(_random), token),
            < 70 => PipelineAsync(token),
            < 76 => UploadSlowlyAsync(_context.Kinds.DrawUpload(_random), token),
            < 92 => GiveUpAsync(token),
            _ => ExchangeAsync(SoakApp.DrawLong(_random), token),
        };

    private async Task ExchangeAsync(RequestKind kind, CancellationToken token)
    {
        _act = $"the exchange of {kind}";
        var connection = await ConnectAsync(token);
        var answer = await Http1Requests.ExchangeAsync(connection, kind, _context.Tickets.Issue(kind), token);
        await JudgeAsync(kind, answer, token);
    }

    private async Task PipelineAsync(CancellationToken token)
    {
        var kinds = new List<RequestKind>();
        for (var count = _random.Next(2, MostPipelined + 1); count > 0; count--)
        {
            var kind = _context.Kinds.Draw(_random);
            var expected = await _context.Expectations.ForAsync(kind, isHttp2: false, token);
            if (expected.KeepsConnection && (kind.Body?.Bytes.Length ?? 0) <= MostPipelinedBytes)
            {
                kinds.Add(kind);
            }
        }

        _act = $"the pipeline of {string.Join(", ", kinds)}";
        var connection = await ConnectAsync(token);
        var requests = kinds.Select(kind => Http1Requests.Build(kind, _context.Tickets.Issue(kind)));
        await connection.SendAsync(requests.SelectMany(request => request).ToArray(), token);
        foreach (var kind in kinds)
        {
            await JudgeAsync(kind, await Http1Requests.ReadAsync(connection, kind, token), token);
        }
    }

    private async Task UploadSlowlyAsync(RequestKind kind, CancellationToken token)
    {
        _act = $"the slow upload of {kind}";
        var connection = await ConnectAsync(token);
        var request = Http1Requests.Build(kind, _context.Tickets.Issue(kind));
        var pieces = _random.Next(2, 20);
        try
        {
            foreach (var piece in request.Chunk((request.Length / pieces) + 1))
            {
                await connection.SendAsync(piece, token);
                await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(5, 100)), token);
            }
        }
        catch (IOException)
        {
            // The server has closed, as it does when the app answers in a way that leaves no other.
        }

        await JudgeAsync(kind, await Http1Requests.ReadAsync(connection, kind, token), token);
    }

    private async Task GiveUpAsync(CancellationToken token)
    {
        var kind =
            _random.Next(4) == 0 ? SoakApp.DrawLong(_random)
            : _random.Next(2) == 0 ? _context.Kinds.Draw(_random)
            : _context.Kinds.DrawUpload(_random);
        var isWhole = _random.Next(3) == 0;
        _act = $"giving up {kind}";
        var connection = await ConnectAsync(token);
        var request = Http1Requests.Build(kind, _context.Tickets.Issue(kind, isWhole));
        var head = Http1Requests.HeadLength(request);
        var length =
            isWhole ? request.Length
            : _random.Next(4) == 0 || head == request.Length ? _random.Next(1, head)
            : _random.Next(head, request.Length);
        try
        {
            await connection.SendAsync(request.AsMemory(0, length), token);
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(100)), token);
        }
        catch (IOException)
        {
            // The server was faster.
        }

        if (_random.Next(2) == 0)
        {
            connection.Reset();
        }

        Leave();
        _context.Counts.AddAbort();
    }

    private async Task JudgeAsync(RequestKind kind, Answer answer, CancellationToken token)
    {
        var expected = await _context.Expectations.ForAsync(kind, isHttp2: false, token);
        if (!expected.KeepsConnection || answer.IsBroken)
        {
            Leave();
        }

        await _context.JudgeAsync(kind, isHttp2: false, answer, token);
    }

    private async Task<RawConnection> ConnectAsync(CancellationToken token) =>
        _connection ??= await RawConnection.OpenAsync(_context.Host.Http1Port, token);

    private void Leave()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
