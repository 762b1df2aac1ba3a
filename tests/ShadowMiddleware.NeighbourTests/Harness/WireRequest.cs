using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.NeighbourTests.Harness;

/// <summary>A request that a test sends byte by byte over HTTP/1.1, or as the same request over HTTP/2.</summary>
internal sealed record WireRequest(string Method, string Target)
{
    /// <summary>The fields in order, as <c>Name: value</c>, without Host and framing.</summary>
    public string[] Fields { get; init; } = [];

    public byte[]? Body { get; init; }

    /// <summary>Whether the body is sent without its length: in chunks, or in DATA frames alone.</summary>
    public bool IsChunked { get; init; }

    public static WireRequest Get(string target, params string[] fields) => new("GET", target) { Fields = fields };

    public static WireRequest Post(string target, string contentType, byte[] body, params string[] fields) =>
        new("POST", target) { Fields = [$"Content-Type: {contentType}", .. fields], Body = body };

    public static WireRequest PostJson(string target, string json, params string[] fields) =>
        Post(target, "application/json", Encoding.UTF8.GetBytes(json), fields);

    public static WireRequest PostForm(string target, string form, params string[] fields) =>
        Post(target, "application/x-www-form-urlencoded", Encoding.UTF8.GetBytes(form), fields);

    /// <summary>A request that has arrived, without its body.</summary>
    public static WireRequest Of(HttpContext context) =>
        new(context.Request.Method, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget)
        {
            Fields =
            [
                .. context.Request.Headers.SelectMany(field => field.Value.Select(value => $"{field.Key}: {value}")),
            ],
        };

    public byte[] ToHttp1() =>
        IsChunked
            ? RawRequest.Chunked(Method, Target, Fields, Body ?? [], chunkSize: 10_000)
            : RawRequest.Build(Method, Target, Fields, Body);

    public HttpRequestMessage ToHttp2(Uri address)
    {
        var uri = new Uri(
            $"{address.GetLeftPart(UriPartial.Authority)}{Target}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
        );
        var message = new HttpRequestMessage(new HttpMethod(Method), uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = Body is null ? null : new ByteArrayContent(Body),
        };
        message.Headers.TransferEncodingChunked = IsChunked ? true : null;

        foreach (var (name, value) in SplitFields())
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    public IEnumerable<(string Name, string Value)> SplitFields() =>
        Fields.Select(field =>
        {
            var colon = field.IndexOf(':', StringComparison.Ordinal);
            return (field[..colon], field[(colon + 1)..].Trim());
        });
}
