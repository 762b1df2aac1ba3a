using System.Text;

namespace ShadowMiddleware.LoadTest.Faults;

/// <summary>A response over HTTP/1.1 in chunks of one byte, without end.</summary>
internal static class ChunkFlood
{
    private const int ChunksPerWrite = 4096;

    private static readonly byte[] _head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray();

    private static readonly byte[] _chunks = Encoding.ASCII.GetBytes(
        string.Concat(Enumerable.Repeat("1\r\nx\r\n", ChunksPerWrite))
    );

    public static async Task ServeAsync(Stream stream)
    {
        // A copy arrives in one piece, or near enough.
        var buffer = new byte[16 * 1024];
        if (await stream.ReadAsync(buffer) == 0)
        {
            return;
        }

        await stream.WriteAsync(_head);
        while (true)
        {
            await stream.WriteAsync(_chunks);
        }
    }
}
