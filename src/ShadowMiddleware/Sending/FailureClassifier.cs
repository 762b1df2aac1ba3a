using System.Net.Sockets;
using System.Security.Authentication;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Sending;

/// <summary>Finds the reason in what the HTTP client threw.</summary>
internal static class FailureClassifier
{
    /// <param name="exception">What was thrown.</param>
    /// <param name="isHttp2">Whether nothing but HTTP/2 was to be spoken.</param>
    public static FailReason Classify(Exception exception, bool isHttp2 = false)
    {
        for (var current = exception; current is not null; current = current.InnerException)
        {
            if (Reason(current) is { } reason)
            {
                return reason;
            }
        }

        // A server that does not complete the HTTP/2 handshake is reported without a reason.
        return isHttp2 && exception is HttpRequestException ? FailReason.Protocol : FailReason.Other;
    }

    /// <summary>Whether this may come of a connection that was closed on this side, with copies on it.</summary>
    public static bool IsOfClosedConnection(Exception exception)
    {
        for (var current = exception; current is not null; current = current.InnerException)
        {
            if (
                current
                is ObjectDisposedException
                    or HttpProtocolException
                    or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded }
                    or SocketException
                    {
                        SocketErrorCode: SocketError.OperationAborted
                            or SocketError.Interrupted
                            or SocketError.ConnectionReset
                            or SocketError.ConnectionAborted
                            or SocketError.Shutdown
                            or SocketError.NotSocket
                    }
            )
            {
                return true;
            }
        }

        return false;
    }

    private static FailReason? Reason(Exception exception) =>
        exception switch
        {
            HttpRequestException { InnerException: HttpProtocolException inner } => Reason(inner.ErrorCode),
            HttpProtocolException protocol => Reason(protocol.ErrorCode),
            HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } request => Reason(
                request.HttpRequestError
            ),
            HttpIOException io => Reason(io.HttpRequestError),
            AuthenticationException => FailReason.Tls,
            SocketException
            {
                SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown
            } => FailReason.Reset,
            SocketException => FailReason.Connect,

            // A Timeout that ConfigureShadowClient gave to the client.
            TimeoutException { InnerException: OperationCanceledException } => FailReason.Timeout,

            // A connection that was not made within the handler's ConnectTimeout. The send's own time has a token, looked at before.
            TimeoutException => FailReason.Connect,

            // Not a public type, and not always inside of one that is.
            _ when exception.GetType().Namespace == "System.Net.Http.HPack" => FailReason.Protocol,
            _ => null,
        };

    // The codes of RFC 9113 section 7 with which a peer gives up a stream or a connection that broke no rule: NO_ERROR,
    // INTERNAL_ERROR, REFUSED_STREAM, CANCEL, ENHANCE_YOUR_CALM. Over HTTP/1.1 the same peer would have closed the connection.
    private static FailReason Reason(long http2ErrorCode) =>
        http2ErrorCode is 0x0 or 0x2 or 0x7 or 0x8 or 0xb ? FailReason.Reset : FailReason.Protocol;

    private static FailReason? Reason(HttpRequestError error) =>
        error switch
        {
            HttpRequestError.NameResolutionError
            or HttpRequestError.ConnectionError
            or HttpRequestError.ProxyTunnelError => FailReason.Connect,
            HttpRequestError.SecureConnectionError => FailReason.Tls,
            HttpRequestError.ResponseEnded => FailReason.Reset,
            HttpRequestError.HttpProtocolError
            or HttpRequestError.InvalidResponse
            or HttpRequestError.VersionNegotiationError
            or HttpRequestError.ConfigurationLimitExceeded
            or HttpRequestError.ExtendedConnectNotSupported => FailReason.Protocol,
            _ => null,
        };
}
