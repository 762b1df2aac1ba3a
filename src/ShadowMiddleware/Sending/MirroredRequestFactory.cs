using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Sending;

/// <summary>Makes the message that is sent to a shadow out of a captured request.</summary>
internal static class MirroredRequestFactory
{
    /// <param name="captured">The request.</param>
    /// <param name="shadow">Where it goes, and what the configuration changes of it.</param>
    /// <param name="tagHeader">The name of the tag's header.</param>
    /// <param name="traceFields">The fields of the request's own trace.</param>
    /// <param name="activity">The trace of the copy; <see langword="null"/> when nobody listens.</param>
    /// <param name="mayStillWrite">Whether a handler may still write the body when the send has ended, whatever the protocol.</param>
    /// <exception cref="NotSupportedException">The platform's client cannot express the request exactly.</exception>
    /// <exception cref="UriFormatException">The target does not fit behind the address.</exception>
    public static HttpRequestMessage Create(
        CapturedRequest captured,
        ShadowConfiguration shadow,
        string tagHeader,
        TraceFields traceFields,
        Activity? activity,
        bool mayStillWrite = true
    )
    {
        var message = new HttpRequestMessage(
            MirrorMethods.Get(captured.Method),
            TargetUri.Create(shadow.Address, captured.Target, shadow.PathFidelity)
        );

        (message.Version, message.VersionPolicy) = captured.IsGrpc
            ? (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact)
            : (shadow.HttpVersion, shadow.HttpVersionPolicy);

        // An empty content would add a Content-Length of zero to methods that have none.
        if (captured.BodyLength > 0)
        {
            message.Content = new CapturedContent(captured, outlivesSend: mayStillWrite || MayBeHttp2(message));
        }

        var acceptsTrailers = CopyHeaders(captured, shadow, tagHeader, traceFields, message);

        // Where ALPN may choose HTTP/1.1, the client would write it there too, without the Connection: TE that has to go with it.
        if (acceptsTrailers && message is { Version.Major: 2, VersionPolicy: HttpVersionPolicy.RequestVersionExact })
        {
            Add(message, HeaderNames.TE, "trailers");
        }

        foreach (var (name, value) in shadow.SetHeaders)
        {
            Add(message, name, value);
        }

        // What the configuration sets, it sets: two lines of one trace would be none.
        if (
            activity is { IdFormat: ActivityIdFormat.W3C, Id: { } traceParent }
            && !IsSet(shadow, HeaderNames.TraceParent)
        )
        {
            Add(message, HeaderNames.TraceParent, traceParent);
            if (!string.IsNullOrEmpty(activity.TraceStateString))
            {
                Add(message, HeaderNames.TraceState, activity.TraceStateString);
            }
        }

        Add(message, tagHeader, MirrorTag.Create(shadow.Name, captured.Id));
        return message;
    }

    // Without TLS there is no ALPN, and who may choose a lower version chooses it.
    private static bool MayBeHttp2(HttpRequestMessage message) =>
        message.Version.Major > 1
        && (
            message.VersionPolicy != HttpVersionPolicy.RequestVersionOrLower
            || message.RequestUri!.Scheme != Uri.UriSchemeHttp
        );

    /// <returns>Whether the client accepts trailers.</returns>
    private static bool CopyHeaders(
        CapturedRequest captured,
        ShadowConfiguration shadow,
        string tagHeader,
        TraceFields traceFields,
        HttpRequestMessage message
    )
    {
        var connection = Find(captured.Headers, HeaderNames.Connection);
        var acceptsTrailers = false;
        foreach (var (name, values) in captured.Headers)
        {
            if (HeaderRules.StaysBehind(name))
            {
                acceptsTrailers |= IsTrailersAccepted(name, values);
                continue;
            }

            if (
                traceFields.Contains(name)
                || shadow.RemoveHeaders.Contains(name)
                || IsSet(shadow, name)
                || name.Equals(tagHeader, StringComparison.OrdinalIgnoreCase)
                || (connection.Count > 0 && HeaderRules.HasToken(connection, name))
            )
            {
                continue;
            }

            Add(message, name, HeaderRules.Combine(name, values));
        }

        return acceptsTrailers;
    }

    private static void Add(HttpRequestMessage message, string name, string value)
    {
        // The client writes them as they are (RFC 9110 section 5.5 forbids them): the rest of the value would be a field of its own.
        if (value.AsSpan().ContainsAny('\r', '\n', '\0'))
        {
            throw new NotSupportedException("The value of a header field contains a line break.");
        }

        if (message.Headers.TryAddWithoutValidation(name, value))
        {
            return;
        }

        // The client keeps fields that describe a body apart, and has nowhere to put them without one.
        message.Content ??= new ByteArrayContent([]);
        if (!message.Content.Headers.TryAddWithoutValidation(name, value))
        {
            throw new NotSupportedException("A header field of the request is one that the HTTP client cannot send.");
        }
    }

    private static StringValues Find(KeyValuePair<string, StringValues>[] headers, string name)
    {
        foreach (var (candidate, values) in headers)
        {
            if (candidate.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return values;
            }
        }

        return default;
    }

    private static bool IsSet(ShadowConfiguration shadow, string name)
    {
        foreach (var (set, _) in shadow.SetHeaders)
        {
            if (set.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsTrailersAccepted(string name, StringValues values) =>
        name.Equals(HeaderNames.TE, StringComparison.OrdinalIgnoreCase) && HeaderRules.HasToken(values, "trailers");
}
