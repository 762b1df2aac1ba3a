using System.Globalization;

namespace ShadowMiddleware.Redaction;

/// <summary>The escapes of queries and forms (RFC 3986 section 2.1).</summary>
internal static class PercentEncoding
{
    private const int EscapeLength = 3;

    /// <summary>Decodes in place.</summary>
    /// <param name="text">The bytes as they are written; as they are meant up to <paramref name="length"/> afterwards.</param>
    /// <param name="length">How many bytes are meant.</param>
    /// <returns><see langword="false"/> when a percent sign begins no escape, of which each decoder makes something else.</returns>
    public static bool TryDecode(Span<byte> text, out int length)
    {
        length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var value = text[i];
            if (value == '%')
            {
                if (
                    i + EscapeLength > text.Length
                    || !byte.TryParse(
                        text.Slice(i + 1, EscapeLength - 1),
                        NumberStyles.AllowHexSpecifier,
                        CultureInfo.InvariantCulture,
                        out value
                    )
                )
                {
                    return false;
                }

                i += EscapeLength - 1;
            }

            text[length++] = value;
        }

        return true;
    }
}
