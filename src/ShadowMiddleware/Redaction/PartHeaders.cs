using System.Text;
using System.Text.Unicode;
using Microsoft.Net.Http.Headers;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Redaction;

/// <summary>What the header of a part of a multipart form says.</summary>
/// <param name="Name">The name of the field.</param>
/// <param name="IsJson">Whether the part is called JSON.</param>
internal sealed record PartHeaders(string Name, bool IsJson)
{
    private const string NameParameter = "name";

    /// <summary>Reads a header that every reader of forms takes for the same (RFC 7578 section 4).</summary>
    /// <returns><see langword="null"/> for any other.</returns>
    public static PartHeaders? Read(ReadOnlySpan<byte> header)
    {
        if (!Utf8.IsValid(header))
        {
            return null;
        }

        string? name = null;
        var isJson = false;
        foreach (var line in Encoding.UTF8.GetString(header).Split("\r\n"))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);

            // A line that begins with a blank goes on from the line before to some, and is a field of its own to others.
            if (colon <= 0 || line.Any(char.IsControl) || !HeaderNameRules.IsToken(line[..colon]))
            {
                return null;
            }

            var field = line[..colon];
            var value = line[(colon + 1)..].Trim(' ');
            if (field.Equals(HeaderNames.ContentDisposition, StringComparison.OrdinalIgnoreCase))
            {
                if (name is not null || (name = ReadName(value)) is null)
                {
                    return null;
                }
            }
            else if (field.Equals(HeaderNames.ContentType, StringComparison.OrdinalIgnoreCase))
            {
                // Parts of a part have names of their own.
                if (value.Contains("multipart", StringComparison.OrdinalIgnoreCase))
                {
                    return null;
                }

                isJson |= value.Contains("json", StringComparison.OrdinalIgnoreCase);
            }
        }

        return name is null ? null : new(name, isJson);
    }

    private static string? ReadName(string disposition)
    {
        // With a backslash some readers see the end of a quoted text where others do not, and those of file names from Windows are among them.
        if (
            disposition.Contains('\\', StringComparison.Ordinal)
            || !ContentDispositionHeaderValue.TryParse(disposition, out var parsed)
            || !parsed.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase)
        )
        {
            return null;
        }

        string? name = null;
        foreach (var parameter in parsed.Parameters)
        {
            if (parameter.Name.StartsWith(NameParameter, StringComparison.OrdinalIgnoreCase))
            {
                // Twice, or in an extended form (RFC 8187): readers differ in which one they take.
                if (name is not null || parameter.Name.Length != NameParameter.Length)
                {
                    return null;
                }

                name = HeaderUtilities.RemoveQuotes(parameter.Value).ToString();
            }
        }

        // An encoded word (RFC 2047) is another name to those who decode it.
        return name?.Contains("=?", StringComparison.Ordinal) == true ? null : name;
    }
}
