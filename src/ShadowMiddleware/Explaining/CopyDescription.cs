using System.Collections.Frozen;
using System.Text;
using Microsoft.Net.Http.Headers;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Redaction;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Explaining;

/// <summary>Describes a message that will not be sent, for people who may not see its secrets.</summary>
internal static class CopyDescription
{
    private static readonly FrozenSet<string> _own = new[]
    {
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        HeaderNames.TE,
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] _credentials =
    [
        "auth",
        "cookie",
        "credential",
        "key",
        "password",
        "secret",
        "session",
        "signature",
        "token",
    ];

    public static ExplainedCopy Of(
        HttpRequestMessage message,
        CapturedRequest captured,
        ShadowConfiguration shadow,
        string tagHeader
    )
    {
        var uri = message.RequestUri!;
        return new()
        {
            Method = message.Method.Method,
            Address = MaskQuery(uri.OriginalString, captured.Target),
            Host = shadow.Shaping is { HostHeader: var mode and not HostHeaderMode.Destination }
                ? OriginalHost.ForCopy(captured, mode)
                : uri.Authority,
            HttpVersion = Version(message),
            Headers =
            [
                .. message
                    .Headers.NonValidated.Concat(message.Content?.Headers.NonValidated ?? default)
                    .Where(field => !field.Key.Equals(HeaderNames.Host, StringComparison.OrdinalIgnoreCase))
                    .Select(field =>
                        KeyValuePair.Create(
                            field.Key,
                            Mask(field.Key, field.Value.ToString(), captured, shadow, tagHeader)
                        )
                    ),
            ],
        };
    }

    private static string Version(HttpRequestMessage message) =>
        message switch
        {
            { Version.Major: 1 } => "1.1",
            { VersionPolicy: HttpVersionPolicy.RequestVersionExact } => "2",
            { RequestUri.Scheme: "http" } => "1.1",
            _ => "1.1, or 2 by ALPN",
        };

    // What redaction has written shows that it works.
    private static string MaskQuery(string address, string asked)
    {
        var known = Pairs(asked).Select(pair => pair.Text).ToHashSet(StringComparer.Ordinal);
        var masked = new StringBuilder(address[..(address.Length - QueryOf(address).Length)]);
        foreach (var (text, separator) in Pairs(address))
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? "" : text[..(equals + 1)];
            var isHarmless =
                text.Length == name.Length
                || text[name.Length..] == BodyEdits.Word
                || (known.Contains(text) && !IsOfCredentials(Uri.UnescapeDataString(name)));
            masked.Append(isHarmless ? text : name + SecretMask.Mask).Append(separator);
        }

        return masked.ToString();
    }

    // With a semicolon as with an ampersand, as redaction divides them.
    private static IEnumerable<(string Text, string Separator)> Pairs(string target)
    {
        for (var rest = QueryOf(target); rest.Length > 0; )
        {
            var end = rest.AsSpan().IndexOfAny('&', ';');
            yield return end < 0 ? (rest, "") : (rest[..end], rest[end..(end + 1)]);
            rest = end < 0 ? "" : rest[(end + 1)..];
        }
    }

    private static string QueryOf(string target) =>
        target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark ? target[(mark + 1)..] : "";

    private static bool IsOfCredentials(string name) =>
        _credentials.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string Mask(
        string name,
        string value,
        CapturedRequest captured,
        ShadowConfiguration shadow,
        string tagHeader
    )
    {
        if (name.Equals(tagHeader, StringComparison.OrdinalIgnoreCase))
        {
            return value;
        }

        var isHarmless =
            !HeaderRules.IsSet(shadow, name)
            && !IsOfCredentials(name)
            && (_own.Contains(name) || value == HeaderRules.Combine(name, HeaderRules.Find(captured.Headers, name)));
        return isHarmless ? value : SecretMask.Mask;
    }
}
