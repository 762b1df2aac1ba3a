using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>
/// Bodies that tell from every 16 bytes of them whose they are. A request carries the mark of its body in a field, so that a shadow can
/// tell, of each byte that it receives, whether it belongs to that request.
/// </summary>
internal static class MarkedBody
{
    public const string Field = "X-Body";
    public const string FormBoundary = "the-boundary";

    private const int CellLength = 16;

    // They are looked at for each few bytes that arrive.
    private static readonly ConcurrentDictionary<string, byte[]> _made = new(StringComparer.Ordinal);

    /// <param name="shape"><c>plain</c>, <c>json</c> or <c>form</c>.</param>
    /// <param name="length">Of the marked part.</param>
    /// <param name="owner">Whose body it is.</param>
    public static string Mark(string shape, int length, int owner) =>
        string.Create(CultureInfo.InvariantCulture, $"{shape}-{length}-{owner}");

    public static byte[] Create(string mark) => _made.GetOrAdd(mark, Make);

    /// <summary>What is wrong with bytes that were received from an offset of the body on, or <see langword="null"/>.</summary>
    public static string? FaultIn(string mark, ReadOnlySpan<byte> received, int offset)
    {
        var expected = Create(mark).AsSpan(offset);
        if (expected.StartsWith(received))
        {
            return null;
        }

        var at = expected.CommonPrefixLength(received);
        var rest = received.Slice(at, Math.Min(2 * CellLength, received.Length - at));
        return $"The body {mark} holds at {offset + at} what is not its own: {Encoding.Latin1.GetString(rest)}";
    }

    private static byte[] Make(string mark)
    {
        var parts = mark.Split('-');
        var cells = Cells(
            int.Parse(parts[1], CultureInfo.InvariantCulture),
            int.Parse(parts[2], CultureInfo.InvariantCulture)
        );
        return parts[0] switch
        {
            "plain" => cells,
            "json" => [.. "{\"name\":\"order\",\"note\":\""u8, .. cells, .. "\"}"u8],
            "form" =>
            [
                .. Encoding.ASCII.GetBytes(
                    $"--{FormBoundary}\r\nContent-Disposition: form-data; name=\"field\"\r\n\r\nvalue\r\n"
                        + $"--{FormBoundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.bin\"\r\n"
                        + "Content-Type: application/octet-stream\r\n\r\n"
                ),
                .. cells,
                .. Encoding.ASCII.GetBytes($"\r\n--{FormBoundary}--\r\n"),
            ],
            _ => throw new FormatException(mark),
        };
    }

    private static byte[] Cells(int length, int owner)
    {
        var bytes = new byte[length];
        var cell = new byte[CellLength];
        for (var at = 0; at < length; at += CellLength)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{owner:D6}:{at:D8};");
            Encoding.ASCII.GetBytes(name, cell);
            cell.AsSpan(0, Math.Min(CellLength, length - at)).CopyTo(bytes.AsSpan(at));
        }

        return bytes;
    }
}
