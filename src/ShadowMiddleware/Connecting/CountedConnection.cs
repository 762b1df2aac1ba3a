using System.Net.Sockets;

namespace ShadowMiddleware.Connecting;

/// <summary>
/// The platform's own stream of a connection, which gives its place back when the socket is closed: to read and to write costs no more
/// than it does without.
/// </summary>
/// <remarks>
/// What is handed to the constructor is in place before that of the base begins, whose finalizer runs even when the constructor has
/// thrown.
/// </remarks>
internal sealed class CountedConnection(Socket socket, ConnectionPlace place) : NetworkStream(socket, ownsSocket: true)
{
    protected override void Dispose(bool disposing)
    {
        try
        {
            base.Dispose(disposing);
        }
        finally
        {
            place.Dispose();
        }
    }
}
