using System.Net;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>Content that a test writes itself, piece by piece.</summary>
/// <param name="write">Writes it all.</param>
/// <param name="length">What is announced; <see langword="null"/> for chunks, and for HTTP/2 without a length.</param>
internal sealed class WrittenContent(Func<Stream, CancellationToken, Task> write, long? length = null) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    ) => write(stream, cancellationToken);

    protected override bool TryComputeLength(out long computed)
    {
        computed = length ?? 0;
        return length is not null;
    }
}
