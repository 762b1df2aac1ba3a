using System.Text;

namespace ShadowMiddleware.FunctionalTests.Http2;

/// <summary>As much of HPACK (RFC 7541) as the platform's client writes: literals without Huffman coding, and no dynamic table.</summary>
internal static class Http2Fields
{
    private const byte IndexedField = 0x80;
    private const byte IncrementalIndexing = 0x40;
    private const byte SizeUpdate = 0x20;
    private const byte Huffman = 0x80;

    /// <summary>The fields whose names are written out; of the others nobody asks.</summary>
    public static Dictionary<string, string> Decode(ReadOnlySpan<byte> block)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!block.IsEmpty)
        {
            var first = block[0];
            if ((first & IndexedField) != 0)
            {
                _ = Integer(ref block, prefixBits: 7);
            }
            else if ((first & IncrementalIndexing) == 0 && (first & SizeUpdate) != 0)
            {
                _ = Integer(ref block, prefixBits: 5);
            }
            else
            {
                var index = Integer(ref block, prefixBits: (first & IncrementalIndexing) != 0 ? 6 : 4);
                var name = index == 0 ? Text(ref block) : $"#{index}";
                fields[name] = Text(ref block);
            }
        }

        return fields;
    }

    /// <summary>A field whose name and value are written out.</summary>
    public static byte[] Literal(string name, string value) => [0, .. Encode(name), .. Encode(value)];

    /// <summary>The status of a response.</summary>
    public static byte[] Status(int status) => [0x08, .. Encode($"{status}")];

    private static byte[] Encode(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        if (bytes.Length < 0x7f)
        {
            return [(byte)bytes.Length, .. bytes];
        }

        var length = new List<byte> { 0x7f };
        var rest = bytes.Length - 0x7f;
        for (; rest >= 0x80; rest >>= 7)
        {
            length.Add((byte)(rest & 0x7f | 0x80));
        }

        return [.. length, (byte)rest, .. bytes];
    }

    private static int Integer(ref ReadOnlySpan<byte> block, int prefixBits)
    {
        var mask = (1 << prefixBits) - 1;
        var value = block[0] & mask;
        block = block[1..];
        if (value < mask)
        {
            return value;
        }

        for (var shift = 0; ; shift += 7)
        {
            var next = block[0];
            block = block[1..];
            value += (next & 0x7f) << shift;
            if ((next & 0x80) == 0)
            {
                return value;
            }
        }
    }

    private static string Text(ref ReadOnlySpan<byte> block)
    {
        if ((block[0] & Huffman) != 0)
        {
            throw new NotSupportedException("Huffman coding is not read here.");
        }

        var length = Integer(ref block, prefixBits: 7);
        var text = Encoding.UTF8.GetString(block[..length]);
        block = block[length..];
        return text;
    }
}
