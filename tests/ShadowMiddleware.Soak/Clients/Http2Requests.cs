using System.Net;
using ShadowMiddleware.Soak.Traffic;

namespace ShadowMiddleware.Soak.Clients;

/// <summary>Requests over HTTP/2.</summary>
internal static class Http2Requests
{
    private static readonly UriCreationOptions Raw = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public static HttpClient NewClient(Uri address) =>
        new(
            new SocketsHttpHandler
            {
                UseProxy = false,
                UseCookies = false,
                AllowAutoRedirect = false,
            }
        )
        {
            BaseAddress = address,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Timeout.InfiniteTimeSpan,
        };

    /// <param name="address">The app.</param>
    /// <param name="kind">The request.</param>
    /// <param name="ticket"><see langword="null"/> for a request that is not mirrored.</param>
    public static HttpRequestMessage Build(Uri address, RequestKind kind, Ticket? ticket)
    {
        var target = ticket?.Target ?? kind.Path;
        var request = new HttpRequestMessage(
            new HttpMethod(kind.Method),
            new Uri(address.GetLeftPart(UriPartial.Authority) + target, Raw)
        )
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (ticket is not null)
        {
            request.Headers.Add(Ticket.Field, ticket.ToString());
            request.Headers.Add("Cookie", ticket.Cookie);
        }

        // An empty one ends in a frame of its own, and whether it is there in time decides about some answers.
        if (kind.Body is { Bytes.Length: > 0 } body)
        {
            request.Content =
                kind.Framing == Framing.Open ? new OpenContent(body.Bytes) : new ByteArrayContent(body.Bytes);
            request.Content.Headers.Add("Content-Type", body.ContentType);
        }

        return request;
    }

    public static async Task<Answer> ExchangeAsync(
        HttpClient client,
        RequestKind kind,
        Ticket? ticket,
        CancellationToken token
    )
    {
        try
        {
            using var request = Build(client.BaseAddress!, kind, ticket);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
            return await Answer.OfAsync(response, token);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return Answer.BrokenBy(exception);
        }
    }
}
