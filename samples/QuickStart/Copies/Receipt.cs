using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace QuickStart.Copies;

/// <summary>What a service received: all that must be the same in the copy.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">The path and query as they came, nothing decoded.</param>
/// <param name="Headers">The header fields, sorted, one in a line.</param>
/// <param name="BodyDigest">As <see cref="BodyDigest"/> writes it; null when there is no body.</param>
internal sealed record Receipt(string Method, string Target, string Headers, string? BodyDigest)
{
    /// <summary>What a copy has of its own: the connection, the framing of the body, the host, the trace and the tag.</summary>
    private static readonly FrozenSet<string> _notCompared = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        HeaderNames.Connection,
        HeaderNames.ContentLength,
        HeaderNames.Host,
        HeaderNames.TraceParent,
        HeaderNames.TraceState,
        HeaderNames.TransferEncoding,
        CopyCheck.TagHeader
    );

    public static Receipt Of(HttpContext context, string? bodyDigest)
    {
        var request = context.Request;
        var headers = request
            .Headers.Where(header => !_notCompared.Contains(header.Key))
            // Repeated fields equal their values in one field, separated by commas (RFC 9110 section 5.3).
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value.ToArray())}")
            .Order(StringComparer.OrdinalIgnoreCase);

        return new Receipt(
            request.Method,
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            string.Join('\n', headers),
            bodyDigest
        );
    }

    public override string ToString() => $"{Method} {Target}\n{Headers}\nbody: {BodyDigest ?? "none"}";
}
