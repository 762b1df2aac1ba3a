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

    public CapturedContent(CapturedRequest request)
    {
        _request = request;
        _length = request.BodyLength;
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
            if (_request.Body is { } body)
            {
                for (var i = 0; i < body.BlockCount; i++)
                {
                    await stream.WriteAsync(body.GetBlock(i), cancellationToken);
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
