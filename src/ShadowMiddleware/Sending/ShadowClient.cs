using System.Buffers;
using System.Net;
using ShadowMiddleware.Capture;

namespace ShadowMiddleware.Sending;

/// <summary>The typed client of a shadow: sends one copy and reads its response to the end, or to a cap, for the sake of the connection.</summary>
internal sealed class ShadowClient
{
    /// <summary>Bytes of a response that are read before it counts as over-long and is cut off.</summary>
    internal const long MaxResponseBytes = 1024 * 1024;
    private const int ReadSize = 8 * 1024;
    private readonly HttpClient _client;

    public ShadowClient(HttpClient client) => _client = client;

    /// <summary>Sends a copy and returns the status of the response once it has ended.</summary>
    public async Task<int> SendAsync(
        HttpRequestMessage message,
        ResponseProgress progress,
        CancellationToken cancellationToken
    )
    {
        using var response = await _client.SendAsync(
            message,
            HttpCompletionOption.ResponseHeadersRead,
            cancellationToken
        );
        if (!IsEndless(response))
        {
            await ReadAsync(response, progress, cancellationToken);
        }

        return (int)response.StatusCode;
    }

    // Disposing an unread response costs its connection on HTTP/1.1, and aborts the shadow's handler on HTTP/2.
    private static async Task ReadAsync(
        HttpResponseMessage response,
        ResponseProgress progress,
        CancellationToken cancellationToken
    )
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var framing = GrpcContentType.Matches(ContentType(response)) ? new GrpcFraming() : null;

        // Not returned when a read fails: the transport may still be writing into it.
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        long total = 0;
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            framing?.Observe(total, buffer.AsSpan(0, read));
            if (framing is { HasMessage: true })
            {
                progress.HasMessage((int)response.StatusCode);
            }

            total += read;
            if (total >= MaxResponseBytes)
            {
                break;
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    // Complete at its headers: an event stream, and whatever follows a switch to another protocol, which nobody asked for.
    private static bool IsEndless(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.SwitchingProtocols
        || ContentType(response)?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;

    private static string? ContentType(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString() : null;
}
