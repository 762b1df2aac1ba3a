using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.Soak.Traffic;

namespace ShadowMiddleware.Soak.Clients;

/// <summary>Requests over HTTP/1.1, byte by byte.</summary>
internal static class Http1Requests
{
    /// <param name="kind">The request.</param>
    /// <param name="ticket"><see langword="null"/> for a request that is not mirrored.</param>
    public static byte[] Build(RequestKind kind, Ticket? ticket)
    {
        var fields = ticket is null ? [] : new List<string> { $"{Ticket.Field}: {ticket}", $"Cookie: {ticket.Cookie}" };
        if (kind.Body is { Bytes.Length: > 0 } body)
        {
            fields.Add($"Content-Type: {body.ContentType}");
        }

        var target = ticket?.Target ?? kind.Path;
        return kind.Framing == Framing.Open
            ? RawRequest.Chunked(kind.Method, target, [.. fields], kind.Body!.Bytes, chunkSize: 16 * 1024)
            : RawRequest.Build(kind.Method, target, [.. fields], kind.Body?.Bytes);
    }

    /// <summary>The length of the head at the beginning of a request.</summary>
    public static int HeadLength(byte[] request) => request.AsSpan().IndexOf("\r\n\r\n"u8) + 4;

    public static async Task<Answer> ExchangeAsync(
        RawConnection connection,
        RequestKind kind,
        Ticket? ticket,
        CancellationToken token
    )
    {
        try
        {
            await connection.SendAsync(Build(kind, ticket), token);
        }
        catch (IOException)
        {
            // The server has closed; what it said before that is still to be read.
        }

        return await ReadAsync(connection, kind, token);
    }

    public static async Task<Answer> ReadAsync(RawConnection connection, RequestKind kind, CancellationToken token)
    {
        try
        {
            return Answer.Of(await connection.ReadResponseAsync(token, kind.IsHead));
        }
        catch (IOException exception)
        {
            return Answer.BrokenBy(exception);
        }
    }
}
