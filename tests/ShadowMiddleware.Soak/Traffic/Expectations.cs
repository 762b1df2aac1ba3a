using System.Collections.Concurrent;
using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.Soak.Apps;
using ShadowMiddleware.Soak.Clients;

namespace ShadowMiddleware.Soak.Traffic;

/// <summary>The right answers: what the same app without the mirror answers, asked once for each kind of request.</summary>
internal sealed class Expectations : IDisposable
{
    // A server may race with itself, on a stream that it resets while the client still sends for instance.
    private const int Attempts = 20;

    private readonly SoakHost _twin;
    private readonly HttpClient _http2;
    private readonly ConcurrentDictionary<(RequestKind Kind, bool IsHttp2), Lazy<Task<Expectation>>> _known = new();
    private int _races;

    public Expectations(SoakHost twin)
    {
        _twin = twin;
        _http2 = Http2Requests.NewClient(twin.Http2Address);
    }

    /// <summary>How often the app without the mirror gave the same odd answer when it was asked again.</summary>
    public int Races => Volatile.Read(ref _races);

    public Task<Expectation> ForAsync(RequestKind kind, bool isHttp2, CancellationToken token) =>
        _known
            .GetOrAdd((kind, isHttp2), key => new Lazy<Task<Expectation>>(() => AskOnceAsync(key.Kind, key.IsHttp2)))
            .Value.WaitAsync(token);

    /// <summary>What is wrong with an answer; <see langword="null"/> when the app without the mirror may give it too.</summary>
    public async Task<string?> JudgeAsync(RequestKind kind, bool isHttp2, Answer answer, CancellationToken token)
    {
        var expected = await ForAsync(kind, isHttp2, token);
        if (answer.Matches(expected.Answer))
        {
            return null;
        }

        Expectation again = null!;
        for (var i = 0; i < Attempts; i++)
        {
            again = await AskAsync(kind, isHttp2);
            if (answer.Matches(again.Answer))
            {
                Interlocked.Increment(ref _races);
                return null;
            }
        }

        return $"{kind} over {(isHttp2 ? "HTTP/2" : "HTTP/1.1")} was answered\n{answer}\nand without the mirror\n{again.Answer}";
    }

    public void Dispose() => _http2.Dispose();

    private async Task<Expectation> AskOnceAsync(RequestKind kind, bool isHttp2)
    {
        var expectation = await AskAsync(kind, isHttp2);
        return expectation with { Answer = expectation.Answer.Digest };
    }

    private async Task<Expectation> AskAsync(RequestKind kind, bool isHttp2)
    {
        using var limit = ClientContext.NewLimit();
        try
        {
            return await (isHttp2 ? AskHttp2Async(kind, limit.Token) : AskHttp1Async(kind, limit.Token));
        }
        catch (OperationCanceledException exception)
        {
            throw new TimeoutException($"The app without the mirror does not answer {kind}.", exception);
        }
    }

    private async Task<Expectation> AskHttp1Async(RequestKind kind, CancellationToken token)
    {
        using var connection = await RawConnection.OpenAsync(_twin.Http1Port, token);
        var answer = await Http1Requests.ExchangeAsync(connection, kind, ticket: null, token);
        var next = await Http1Requests.ExchangeAsync(
            connection,
            new RequestKind("GET", "/text", Body: null, Framing.None),
            ticket: null,
            token
        );
        return new Expectation(answer, KeepsConnection: !next.IsBroken);
    }

    private async Task<Expectation> AskHttp2Async(RequestKind kind, CancellationToken token) =>
        new(await Http2Requests.ExchangeAsync(_http2, kind, ticket: null, token), KeepsConnection: true);
}
