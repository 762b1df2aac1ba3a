using System.Net.Http.Headers;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.ResponseTee;

/// <summary>A response over HTTP/2.</summary>
/// <param name="Head">Status and fields, but for the date; or how it failed.</param>
/// <param name="Body">The content; <see langword="null"/> when the response was broken off.</param>
/// <param name="Trailers">The fields behind the content.</param>
internal sealed record StreamedResponse(string Head, byte[]? Body, string Trailers)
{
    public static async Task<StreamedResponse> ReadAsync(
        PrimaryHost host,
        string method,
        string target,
        CancellationToken token
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), target);
        request.Version = host.Client.DefaultRequestVersion;
        request.VersionPolicy = host.Client.DefaultVersionPolicy;
        HttpResponseMessage response;
        try
        {
            response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
        }
        catch (HttpRequestException exception)
        {
            return new StreamedResponse(exception.HttpRequestError.ToString(), Body: null, "");
        }

        using (response)
        {
            response.Headers.Date = null;
            var head = $"{(int)response.StatusCode}\n{Fields(response.Headers)}{Fields(response.Content.Headers)}";
            try
            {
                var body = await response.Content.ReadAsByteArrayAsync(token);
                return new StreamedResponse(head, body, Fields(response.TrailingHeaders));
            }
            catch (HttpRequestException)
            {
                return new StreamedResponse(head, Body: null, "");
            }
        }
    }

    private static string Fields(HttpHeaders headers) =>
        string.Concat(headers.NonValidated.Select(field => $"{field.Key}: {field.Value}\n"));
}
