using System.Text;

namespace ShadowMiddleware.Fuzzer.Clients;

/// <summary>Reads the header blocks of one connection (RFC 7541), as text. Dates are left out.</summary>
internal sealed class HeaderReader
{
    private const int StaticFields = 61;
    private readonly List<(string Name, string Value)> _dynamic = [];

    public string Read(ReadOnlySpan<byte> block)
    {
        var text = new StringBuilder();
        try
        {
            while (!block.IsEmpty)
            {
                if (ReadField(ref block) is var (name, value))
                {
                    text.Append(name).Append(": ").Append(name is "date" or "static 33" ? "-" : value).Append('\n');
                }
            }
        }
        catch (Exception exception) when (exception is ArgumentException or IndexOutOfRangeException)
        {
            text.Append("[broken: ").Append(Convert.ToHexString(block)).Append(']');
        }

        return text.ToString();
    }

    private (string Name, string Value)? ReadField(ref ReadOnlySpan<byte> block)
    {
        var first = block[0];
        if (first >= 0x80)
        {
            return Find(ReadNumber(ref block, 7));
        }

        if ((first & 0xe0) == 0x20)
        {
            // The size of the table, which no answer here fills.
            ReadNumber(ref block, 5);
            return null;
        }

        var isIndexed = first >= 0x40;
        var index = ReadNumber(ref block, isIndexed ? 6 : 4);
        var name = index == 0 ? ReadText(ref block) : Find(index).Name;
        var field = (name, ReadText(ref block));
        if (isIndexed)
        {
            _dynamic.Insert(0, field);
        }

        return field;
    }

    // Fields of the static table are known by their number well enough to be compared.
    private (string Name, string Value) Find(int index) =>
        index <= StaticFields ? ($"static {index}", "") : _dynamic[index - StaticFields - 1];

    private static string ReadText(ref ReadOnlySpan<byte> block)
    {
        // Whether a Huffman code was used is part of the text: the server uses none.
        var isCoded = block[0] >= 0x80;
        var length = ReadNumber(ref block, 7);
        var text = Encoding.Latin1.GetString(block[..length]);
        block = block[length..];
        return isCoded ? "coded " + text : text;
    }

    private static int ReadNumber(ref ReadOnlySpan<byte> block, int bits)
    {
        var most = (1 << bits) - 1;
        var number = block[0] & most;
        block = block[1..];
        for (var shift = 0; number >= most || shift > 0; shift += 7)
        {
            var next = block[0];
            block = block[1..];
            number += (next & 127) << shift;
            if (next < 128)
            {
                break;
            }
        }

        return number;
    }
}
