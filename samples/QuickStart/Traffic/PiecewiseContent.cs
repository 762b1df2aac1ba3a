using System.Net;

namespace QuickStart.Traffic;

/// <summary>A body of unknown length, written in pieces: the client sends it chunked.</summary>
internal sealed class PiecewiseContent(byte[] body) : HttpContent
{
    private const int Pieces = 3;

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        foreach (var piece in body.Chunk((body.Length / Pieces) + 1))
        {
            await stream.WriteAsync(piece);
            await stream.FlushAsync();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
