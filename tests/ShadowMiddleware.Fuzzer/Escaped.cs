using System.Globalization;
using System.Text;

namespace ShadowMiddleware.Fuzzer;

/// <summary>Bytes for people: one line per line, everything that is not visible escaped.</summary>
internal static class Escaped
{
    private const int Most = 4_000;

    public static string Text(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var b in bytes[..Math.Min(bytes.Length, Most)])
        {
            _ = b switch
            {
                (byte)'\n' => text.Append("\\n\n"),
                (byte)'\r' => text.Append("\\r"),
                (byte)'\t' => text.Append("\\t"),
                (byte)'\\' => text.Append("\\\\"),
                < 0x20 or > 0x7e => text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}"),
                _ => text.Append((char)b),
            };
        }

        if (bytes.Length > Most)
        {
            text.Append(CultureInfo.InvariantCulture, $"... ({bytes.Length} bytes)");
        }

        return text.ToString();
    }
}
