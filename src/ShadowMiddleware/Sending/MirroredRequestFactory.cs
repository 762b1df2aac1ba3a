using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.Redaction;

namespace ShadowMiddleware.Sending;

/// <summary>Makes the message that is sent to a shadow out of a captured request.</summary>
internal static class MirroredRequestFactory
{
    /// <param name="captured">The request.</param>
    /// <param name="shadow">Where it goes, and what the configuration changes of it.</param>
    /// <param name="tagHeader">The name of the tag's header.</param>
    /// <param name="traceFields">The fields of the request's own trace.</param>
    /// <param name="activity">The trace of the copy; <see langword="null"/> when nobody listens.</param>
    /// <param name="redaction">
    /// What is left to do before the message may be sent; <see langword="null"/> when nothing is. Until it has ended, the message has no body.
    /// </param>
    /// <param name="mayStillWrite">Whether a handler may still write the body when the send has ended, whatever the protocol.</param>
    /// <param name="transforms">What the app changes of it; nothing is made for none.</param>
    /// <param name="authorization">The copy's own <c>Authorization</c>, where the configuration has a provider of tokens.</param>
    /// <param name="credentials">Says what was left out; <see langword="null"/>: nobody asks.</param>
    /// <exception cref="NotSupportedException">The platform's client cannot express the request exactly.</exception>
    /// <exception cref="UriFormatException">The target does not fit behind the address.</exception>
    public static MirroredRequestMessage Create(
        CapturedRequest captured,
        ShadowConfiguration shadow,
        string tagHeader,
        TraceFields traceFields,
        Activity? activity,
        out MessageRedaction? redaction,
        bool mayStillWrite = true,
        Action<MirroredRequest>[]? transforms = null,
        string? authorization = null,
        ConnectionCredentials? credentials = null
    )
    {
        // The order of RemoveHeaders, SetHeaders, RewritePath, transforms and redaction: the fields that the first two leave are those that transforms see.
        var target = shadow.Shaping?.RewritePath is { } rewrite
            ? PathRewriter.Rewrite(captured.Target, rewrite)
            : captured.Target;
        var transformed = transforms is { Length: > 0 }
            ? Transform(
                captured,
                target,
                shadow,
                tagHeader,
                traceFields,
                activity,
                authorization,
                credentials,
                transforms
            )
            : null;
        target = transformed?.Target ?? target;

        // Last, so that nothing which was changed before gets past it. The body follows when the fields are known that say how the shadow reads it.
        var redacted = shadow.Shaping?.Redaction;
        target = redacted?.Query is { } parameters ? QueryRedactor.Redact(target, parameters) : target;

        var message = CreateHead(captured, shadow, transformed?.Method ?? captured.Method, target);
        var outlivesSend = mayStillWrite || MayBeHttp2(message);

        // Asked for once: what is redacted is what is sent, whatever a transform may still do to its copy.
        var body = transformed?.BodyIfSet;
        message.Content = CreateContent(captured, body, outlivesSend);

        var fields = new MessageFields(message);
        if (transformed is null)
        {
            var acceptsTrailers = CopyHeaders(
                captured,
                shadow,
                tagHeader,
                traceFields,
                credentials,
                ref fields,
                out var forwarded
            );
            AddTrailers(message, acceptsTrailers, ref fields);
            AddOwn(captured, shadow, activity, authorization, forwarded, ref fields);
        }
        else
        {
            AddTransformed(message, captured, transformed, ref fields);
        }

        fields.Add(tagHeader, MirrorTag.Create(shadow.Name, captured.Id));
        redaction = redacted is { HasBody: true }
            ? MessageRedaction.Begin(message, captured, body, outlivesSend, redacted)
            : null;
        return message;
    }

    private static void AddTransformed(
        HttpRequestMessage message,
        CapturedRequest captured,
        MirroredRequest transformed,
        ref MessageFields fields
    )
    {
        foreach (var (name, value) in transformed.Headers)
        {
            fields.Add(name, value);
        }

        var te = HeaderRules.Find(captured.Headers, HeaderNames.TE);
        AddTrailers(message, IsTrailersAccepted(HeaderNames.TE, te), ref fields);
    }

    private static MirroredRequestMessage CreateHead(
        CapturedRequest captured,
        ShadowConfiguration shadow,
        string method,
        string target
    )
    {
        var uri = TargetUri.Create(shadow.Address, target, shadow.PathFidelity, out var isRaw);
        var message = new MirroredRequestMessage(MirrorMethods.Get(method), uri) { IsRaw = isRaw };
        if (isRaw)
        {
            InnermostHandler.Expect(message);
        }

        (message.Version, message.VersionPolicy) = captured.IsGrpc
            ? (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact)
            : (shadow.HttpVersion, shadow.HttpVersionPolicy);
        if (shadow.Shaping is { ChangesHost: true } shaping)
        {
            SetHost(message, OriginalHost.ForCopy(captured, shaping));
        }

        return message;
    }

    private static MirroredRequest Transform(
        CapturedRequest captured,
        string target,
        ShadowConfiguration shadow,
        string tagHeader,
        TraceFields traceFields,
        Activity? activity,
        string? authorization,
        ConnectionCredentials? credentials,
        Action<MirroredRequest>[] transforms
    )
    {
        var request = new MirroredRequest(captured, target, shadow.Name, tagHeader);
        var fields = new TransformedFields(request.Headers);
        _ = CopyHeaders(captured, shadow, tagHeader, traceFields, credentials, ref fields, out var forwarded);
        AddOwn(captured, shadow, activity, authorization, forwarded, ref fields);
        try
        {
            foreach (var transform in transforms)
            {
                transform(request);
            }
        }
        finally
        {
            request.Close();
        }

        return request;
    }

    private static void SetHost(HttpRequestMessage message, string host)
    {
        if (message.RequestUri!.Scheme == Uri.UriSchemeHttp)
        {
            message.Headers.Host = host;
        }
        else if (message is { Version.Major: 2, VersionPolicy: HttpVersionPolicy.RequestVersionExact })
        {
            throw new NotSupportedException(
                "Over TLS and HTTP/2, the HTTP client sends no other Host than the certificate's."
            );
        }
        else
        {
            HostOverTls.Set(message, host);
        }
    }

    // An empty content would add a Content-Length of zero to methods that have none.
    private static HttpContent? CreateContent(CapturedRequest captured, byte[]? transformed, bool outlivesSend)
    {
        if (transformed is not null)
        {
            return transformed.Length > 0 ? new ByteArrayContent(transformed) : null;
        }

        return captured.BodyLength > 0 ? new CapturedContent(captured, outlivesSend) : null;
    }

    // Without TLS there is no ALPN, and who may choose a lower version chooses it.
    private static bool MayBeHttp2(HttpRequestMessage message) =>
        message.Version.Major > 1
        && (
            message.VersionPolicy != HttpVersionPolicy.RequestVersionOrLower
            || message.RequestUri!.Scheme != Uri.UriSchemeHttp
        );

    /// <returns>Whether the client accepts trailers.</returns>
    private static bool CopyHeaders<TFields>(
        CapturedRequest captured,
        ShadowConfiguration shadow,
        string tagHeader,
        TraceFields traceFields,
        ConnectionCredentials? credentials,
        ref TFields fields,
        out ForwardedFields forwarded
    )
        where TFields : IFields
    {
        var connection = HeaderRules.Find(captured.Headers, HeaderNames.Connection);
        var forwards = shadow.Shaping is { ForwardedHeaders: ForwardedHeadersMode.Append };
        var acceptsTrailers = false;
        forwarded = default;
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
                || HeaderRules.IsSet(shadow, name)
                || name.Equals(tagHeader, StringComparison.OrdinalIgnoreCase)
                || (connection.Count > 0 && HeaderRules.HasToken(connection, name))
            )
            {
                continue;
            }

            var kept = values;
            if (name.Equals(HeaderNames.Authorization, StringComparison.OrdinalIgnoreCase))
            {
                kept = ConnectionCredentials.LeaveOut(values);
                if (kept.Count < values.Count)
                {
                    credentials?.SayLeftOut();
                    if (kept.Count == 0)
                    {
                        continue;
                    }
                }
            }

            var value = HeaderRules.Combine(name, kept);
            if (!forwards || !forwarded.TryKeep(name, value))
            {
                fields.Add(name, value);
            }
        }

        return acceptsTrailers;
    }

    // Where ALPN may choose HTTP/1.1, the client would write it there too, without the Connection: TE that has to go with it.
    private static void AddTrailers(HttpRequestMessage message, bool areAccepted, ref MessageFields fields)
    {
        if (areAccepted && message is { Version.Major: 2, VersionPolicy: HttpVersionPolicy.RequestVersionExact })
        {
            fields.Add(HeaderNames.TE, "trailers");
        }
    }

    private static void AddOwn<TFields>(
        CapturedRequest captured,
        ShadowConfiguration shadow,
        Activity? activity,
        string? authorization,
        in ForwardedFields forwarded,
        ref TFields fields
    )
        where TFields : IFields
    {
        if (shadow.Shaping is { ForwardedHeaders: ForwardedHeadersMode.Append })
        {
            forwarded.AddTo(captured, shadow, ref fields);
        }

        foreach (var (name, value) in shadow.SetHeaders)
        {
            fields.Add(name, value);
        }

        if (authorization is not null)
        {
            fields.Add(HeaderNames.Authorization, authorization);
        }

        // What the configuration sets, it sets: two lines of one trace would be none.
        if (
            activity is { IdFormat: ActivityIdFormat.W3C, Id: { } traceParent }
            && !HeaderRules.IsSet(shadow, HeaderNames.TraceParent)
        )
        {
            fields.Add(HeaderNames.TraceParent, traceParent);
            if (!string.IsNullOrEmpty(activity.TraceStateString))
            {
                fields.Add(HeaderNames.TraceState, activity.TraceStateString);
            }
        }
    }

    private static bool IsTrailersAccepted(string name, StringValues values) =>
        name.Equals(HeaderNames.TE, StringComparison.OrdinalIgnoreCase) && HeaderRules.HasToken(values, "trailers");
}
