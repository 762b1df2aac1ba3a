using System.Net;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>Bytes that are sent without saying how many.</summary>
internal sealed class LengthlessContent(byte[] bytes) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        stream.WriteAsync(bytes).AsTask();

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
