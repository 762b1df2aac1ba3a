using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.Capture;

/// <summary>Tells apart why the server could not read a body on.</summary>
internal static class ReadFaults
{
    /// <summary>
    /// Whether the client went away. Kestrel says so with a reset or an abort of the connection, or, where the body's announced length
    /// was not reached, with a bad request; its other bad requests (a limit, a timeout, broken chunks) are not the client leaving. On HTTP/2
    /// it says it with words alone, and often before the request's token does.
    /// </summary>
    public static bool IsClientGone(Exception exception) =>
        exception switch
        {
            ConnectionResetException or ConnectionAbortedException => true,
            BadHttpRequestException bad => bad.StatusCode == StatusCodes.Status400BadRequest
                && bad.Message.StartsWith("Unexpected end", StringComparison.Ordinal),
            IOException { Message: "The client reset the request stream." } => true,
            _ => false,
        };
}
