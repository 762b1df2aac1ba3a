using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.RegularExpressions;

namespace ShadowMiddleware.Diagnostics;

/// <summary>What a client or the network has said, fit for a line of the log: escaped, cut, and without queries and credentials.</summary>
internal static partial class LogText
{
    private const int MaxLength = 200;
    private const int MaxMethodLength = 20;
    private const string Mask = "***";

    public static string Method(RequestLine request) => Escape(request.Method ?? "a request", MaxMethodLength);

    /// <summary>The path of a target. Of a query it says only that there was one.</summary>
    public static string Path(RequestLine request)
    {
        var target = request.Target ?? "";
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? Escape(target, MaxLength) : $"{Escape(target[..query], MaxLength)}?{Mask}";
    }

    /// <summary>What was thrown, as a part of a sentence behind its reason; empty when that says no more than the reason.</summary>
    public static string Detail(Exception? exception)
    {
        if (exception is null)
        {
            return "";
        }

        var innermost = exception;
        for (; innermost is not WithheldCauseException && innermost.InnerException is { } inner; innermost = inner)
        {
            // That of the socket does not name the address.
            if (inner is SocketException)
            {
                break;
            }
        }

        return innermost is OperationCanceledException
            ? ""
            : $" ({Escape(Masked().Replace(innermost.Message, Mask), MaxLength)}{Hint(innermost)})";
    }

    private static string Hint(Exception exception) =>
        exception is AuthenticationException
        && (
            exception.Message.Contains("UntrustedRoot", StringComparison.Ordinal)
            || exception.Message.Contains("PartialChain", StringComparison.Ordinal)
        )
            ? "; run dotnet dev-certs https --trust where it is a development certificate, or see docs/losses.md"
            : "";

    private static string Escape(string text, int maxLength)
    {
        var escaped = new StringBuilder(Math.Min(text.Length, maxLength) + 1);
        foreach (var character in text)
        {
            if (escaped.Length >= maxLength)
            {
                return escaped.Append('…').ToString();
            }

            if (NeedsEscape(character))
            {
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            }
            else
            {
                escaped.Append(character);
            }
        }

        return escaped.ToString();
    }

    // Line and paragraph separators, bidirectional overrides and lone surrogates garble a terminal as control characters do.
    private static bool NeedsEscape(char character) =>
        char.GetUnicodeCategory(character)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.Surrogate;

    // A query, the user info of an address, and what follows the scheme of an Authorization field.
    [GeneratedRegex(
        """(?<=\?)[^\s'"]+|(?<=//)[^\s/@'"]+(?=@)|(?<=\b(Bearer|Basic)\s+)[^\s'"]+""",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Masked();
}
