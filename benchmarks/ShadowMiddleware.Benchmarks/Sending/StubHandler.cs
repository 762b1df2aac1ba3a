using System.Diagnostics.CodeAnalysis;
using System.Net;
using ShadowMiddleware.Benchmarks.Harness;

namespace ShadowMiddleware.Benchmarks.Sending;

/// <summary>Takes the place of the network: reads what is sent, and answers. One request at a time.</summary>
[SuppressMessage(
    "Design",
    "CA2213:Disposable fields should be disposed",
    Justification = "There is nothing behind the stream."
)]
internal sealed class StubHandler : HttpMessageHandler
{
    private readonly StubAnswer _when;
    private readonly byte[] _answer = "answered"u8.ToArray();
    private readonly CountingStream _received = new();

    public StubHandler(StubAnswer when) => _when = when;

    public long Requests { get; private set; }

    /// <summary>Throws when something else was sent than so many requests with so long a body.</summary>
    public void Verify(long requests, int bodyBytes)
    {
        if (Requests != requests || _received.Count != requests * bodyBytes)
        {
            throw new InvalidOperationException(
                $"{Requests} requests with {_received.Count} bytes were sent instead of {requests} with {bodyBytes} each."
            );
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        if (request.Content is { } content)
        {
            await content.CopyToAsync(_received, cancellationToken);
        }

        if (_when == StubAnswer.Later)
        {
            await Task.Yield();
        }

        Requests++;
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(_answer) };
    }
}
