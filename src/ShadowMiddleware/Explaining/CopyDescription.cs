using System.Collections.Frozen;
using Microsoft.Net.Http.Headers;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
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
            Address = QueryMask.Apply(uri.OriginalString, captured.Target),
            Host = shadow.Shaping is { ChangesHost: true } shaping
                ? OriginalHost.ForCopy(captured, shaping)
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
            && !CredentialNames.Match(name)
            && (_own.Contains(name) || value == HeaderRules.Combine(name, HeaderRules.Find(captured.Headers, name)));
        return isHarmless ? value : SecretMask.Mask;
    }
}
