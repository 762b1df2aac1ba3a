using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace ShadowMiddleware.Tests.Capture;

/// <summary>Writes to stream and writer by turns: S to the stream, u to the writer, f flushes the writer.</summary>
internal static class Mixed
{
    private const string Steps = "Suf";

    /// <summary>Every order of up to so many steps.</summary>
    public static IEnumerable<string> Orders(int length) =>
        length == 0
            ? [""]
            : Orders(length - 1).SelectMany(order => order.Length < length - 1 ? [order] : Longer(order));

    public static async Task WriteAsync(IHttpResponseBodyFeature body, string order)
    {
        for (var i = 0; i < order.Length; i++)
        {
            switch (order[i])
            {
                case 'S':
                    await body.Stream.WriteAsync(Piece(i));
                    break;
                case 'u':
                    body.Writer.Write(Piece(i));
                    break;
                default:
                    await body.Writer.FlushAsync();
                    break;
            }
        }
    }

    /// <summary>What the client gets from a server that keeps the order.</summary>
    public static byte[] Bytes(string order) =>
        [.. Enumerable.Range(0, order.Length).Where(i => order[i] != 'f').SelectMany(Piece)];

    private static IEnumerable<string> Longer(string order) => [order, .. Steps.Select(step => order + step)];

    private static byte[] Piece(int index) => Encoding.ASCII.GetBytes($"piece {index};");
}
