using System.Net;

namespace ShadowMiddleware.Soak.Clients;

/// <summary>Content that does not say how long it is.</summary>
internal sealed class OpenContent(byte[] bytes) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        await stream.WriteAsync(bytes);

    protected override async Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    ) => await stream.WriteAsync(bytes, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
