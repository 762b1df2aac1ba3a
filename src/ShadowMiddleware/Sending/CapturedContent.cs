using System.Net;
using ShadowMiddleware.Capture;

namespace ShadowMiddleware.Sending;

/// <summary>
/// The captured body as the content of a copy. It can be written any number of times: the handler writes it again after a GOAWAY or
/// on a connection that turned out to be stale. Each writing holds the body, because on HTTP/2 an early answer leaves one under way
/// when the send has returned.
/// </summary>
internal sealed class CapturedContent : HttpContent
{
    private readonly CapturedRequest _request;
    private readonly long _length;
    private readonly CancellationTokenSource _ended = new();

    public CapturedContent(CapturedRequest request)
    {
        _request = request;
        _length = request.BodyLength;
    }

    /// <summary>
    /// Ends every writing that is still under way. A shadow that answers early and neither reads nor resets the stream would hold the
    /// buffers for as long as its connection lives.
    /// </summary>
    public void End()
    {
        try
        {
            _ended.Cancel();
        }
        catch (AggregateException)
        {
            // Of callbacks of the streams that are written to, which are not ours. All were called, so every writing ends.
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    )
    {
        // A replay that comes after the send was given up must not read: the buffers may already hold another request.
        ObjectDisposedException.ThrowIf(!_request.TryAddReference(), this);

        try
        {
            // A writing that is cancelled is not the end of the others: on HTTP/2 the handler cancels it, and then writes again.
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
            if (_request.Body is { } body)
            {
                for (var i = 0; i < body.BlockCount; i++)
                {
                    await stream.WriteAsync(body.GetBlock(i), ended.Token);
                }
            }
        }
        finally
        {
            _request.Release();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }
}
