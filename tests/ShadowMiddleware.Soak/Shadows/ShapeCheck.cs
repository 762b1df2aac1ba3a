using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ShadowMiddleware.Soak.Apps;
using ShadowMiddleware.Soak.Reloading;
using ShadowMiddleware.Soak.Traffic;

namespace ShadowMiddleware.Soak.Shadows;

/// <summary>Holds the head of a copy against its ticket and the shape that it says it has.</summary>
internal static partial class ShapeCheck
{
    private const string Tag = "X-Shadow-Request";
    private const string ForwardedFor = "X-Forwarded-For";

    public static string ShapeOf(HttpContext copy) => copy.Request.Headers[CopyShapes.Field].ToString();

    public static string? FaultInHead(string shadow, HttpContext copy, Ticket ticket)
    {
        var request = copy.Request;
        var shape = ShapeOf(copy);
        var cookie = shape == CopyShapes.Cookieless ? "" : ticket.Cookie;
        return !ticket.IsWhole ? "the client never sent all of it"
            : MirrorCode.Excludes(shadow, ticket.Id) ? "the app's own code keeps it from this shadow"
            : request.Method != ticket.Method ? "another method"
            : copy.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget != Target(ticket, shape)
                ? $"another target as {shape}"
            : request.Headers.Cookie.ToString() != cookie ? $"another cookie: {request.Headers.Cookie}"
            : !request.Headers[Tag].ToString().StartsWith($"{shadow};", StringComparison.Ordinal)
                ? $"another tag: {request.Headers[Tag]}"
            : FaultInTransform(shadow, request, ticket) ?? FaultInPeer(request, shape);
    }

    private static string? FaultInTransform(string shadow, HttpRequest request, Ticket ticket)
    {
        var expected = shadow == MirrorCode.TransformedShadow ? ticket.Id.ToString(CultureInfo.InvariantCulture) : "";
        return request.Headers[MirrorCode.Field].ToString() == expected ? null : "the transform has not passed it";
    }

    private static string? FaultInPeer(HttpRequest request, string shape)
    {
        var expected = shape == CopyShapes.Forwarded ? "127.0.0.1" : "";
        var isOriginal = request.Host.Port != request.HttpContext.Connection.LocalPort;
        return request.Headers[ForwardedFor].ToString() != expected
                ? $"another {ForwardedFor}: {request.Headers[ForwardedFor]}"
            : isOriginal != (shape == CopyShapes.Forwarded) ? $"another host: {request.Host}"
            : null;
    }

    private static string Target(Ticket ticket, string shape) =>
        shape switch
        {
            CopyShapes.Rewritten => CopyShapes.Prefix + ticket.Target,
            CopyShapes.Redacted => Redacted().Replace(ticket.Target, "redacted"),
            _ => ticket.Target,
        };

    [GeneratedRegex("(?<=[?&]x=)[^&]*", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Redacted();
}
