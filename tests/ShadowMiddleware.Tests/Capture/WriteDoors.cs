using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace ShadowMiddleware.Tests.Capture;

/// <summary>Every way in which an app can write its response.</summary>
internal static class WriteDoors
{
    private const int PieceSize = 700;

    public static IReadOnlyDictionary<string, Func<IHttpResponseBodyFeature, byte[], Task>> All { get; } =
        new Dictionary<string, Func<IHttpResponseBodyFeature, byte[], Task>>
        {
            ["Write(array)"] = (body, bytes) => Pieces(bytes, piece => body.Stream.Write(piece, 0, piece.Length)),
            ["Write(span)"] = (body, bytes) => Pieces(bytes, piece => body.Stream.Write(piece.AsSpan())),
            ["WriteByte"] = (body, bytes) => Pieces(bytes, piece => Array.ForEach(piece, body.Stream.WriteByte)),
            ["WriteAsync(array)"] = (body, bytes) =>
                PiecesAsync(bytes, piece => body.Stream.WriteAsync(piece, 0, piece.Length, default)),
            ["WriteAsync(memory)"] = (body, bytes) =>
                PiecesAsync(bytes, piece => body.Stream.WriteAsync(piece.AsMemory()).AsTask()),
            ["BeginWrite"] = (body, bytes) =>
                PiecesAsync(
                    bytes,
                    piece =>
                        Task.Factory.FromAsync(
                            body.Stream.BeginWrite,
                            body.Stream.EndWrite,
                            piece,
                            0,
                            piece.Length,
                            null
                        )
                ),
            ["CopyTo"] = (body, bytes) => Once(() => new MemoryStream(bytes).CopyTo(body.Stream, PieceSize)),
            ["CopyToAsync"] = (body, bytes) => new MemoryStream(bytes).CopyToAsync(body.Stream, PieceSize),
            ["StreamWriter"] = WriteTextAsync,
            ["Writer.GetMemory"] = (body, bytes) => PiecesAsync(bytes, piece => FillMemory(body.Writer, piece)),
            ["Writer.GetSpan"] = (body, bytes) => PiecesAsync(bytes, piece => FillSpan(body.Writer, piece)),
            ["Writer.Write"] = (body, bytes) => Pieces(bytes, piece => body.Writer.Write(piece)),
            ["Writer.WriteAsync"] = (body, bytes) =>
                PiecesAsync(bytes, piece => body.Writer.WriteAsync(piece).AsTask()),
            ["Writer.AsStream"] = (body, bytes) =>
                PiecesAsync(bytes, piece => body.Writer.AsStream().WriteAsync(piece.AsMemory()).AsTask()),
            ["several advances"] = (body, bytes) => PiecesAsync(bytes, piece => AdvanceTwice(body.Writer, piece)),
            ["Stream.CopyToAsync(writer)"] = (body, bytes) => new MemoryStream(bytes).CopyToAsync(body.Writer),
            ["PipeReader.CopyToAsync(writer)"] = (body, bytes) =>
                PipeReader.Create(new ReadOnlySequence<byte>(bytes)).CopyToAsync(body.Writer),
            ["PipeReader.CopyToAsync(stream)"] = (body, bytes) =>
                PipeReader.Create(new ReadOnlySequence<byte>(bytes)).CopyToAsync(body.Stream),
            ["PipeWriter over the stream"] = WriteByOwnPipeAsync,
        };

    private static Task Pieces(byte[] bytes, Action<byte[]> write) =>
        Once(() =>
        {
            foreach (var piece in bytes.Chunk(PieceSize))
            {
                write(piece);
                Reuse(piece);
            }
        });

    private static async Task PiecesAsync(byte[] bytes, Func<byte[], Task> write)
    {
        foreach (var piece in bytes.Chunk(PieceSize))
        {
            await write(piece);
            Reuse(piece);
        }
    }

    private static Task Once(Action write)
    {
        write();
        return Task.CompletedTask;
    }

    // Once the call has ended the buffer is the app's again.
    private static void Reuse(byte[] piece) => Array.Fill(piece, (byte)0xEE);

    private static async Task FillMemory(PipeWriter writer, byte[] piece)
    {
        piece.CopyTo(writer.GetMemory(piece.Length));
        writer.Advance(piece.Length);
        await writer.FlushAsync();
    }

    private static Task FillSpan(PipeWriter writer, byte[] piece)
    {
        piece.CopyTo(writer.GetSpan(piece.Length));
        writer.Advance(piece.Length);
        return Task.CompletedTask;
    }

    private static Task AdvanceTwice(PipeWriter writer, byte[] piece)
    {
        piece.CopyTo(writer.GetMemory(piece.Length + 1));
        writer.Advance(0);
        writer.Advance(piece.Length / 2);
        writer.Advance(piece.Length - (piece.Length / 2));
        return Task.CompletedTask;
    }

    // Latin-1 maps every byte to a character and back.
    private static async Task WriteTextAsync(IHttpResponseBodyFeature body, byte[] bytes)
    {
        await using var writer = new StreamWriter(body.Stream, Encoding.Latin1, PieceSize, leaveOpen: true);
        await writer.WriteAsync(Encoding.Latin1.GetString(bytes));
    }

    private static async Task WriteByOwnPipeAsync(IHttpResponseBodyFeature body, byte[] bytes)
    {
        var writer = PipeWriter.Create(body.Stream, new StreamPipeWriterOptions(leaveOpen: true));
        await writer.WriteAsync(bytes);
        await writer.CompleteAsync();
    }
}
