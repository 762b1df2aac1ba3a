using System.Net;

namespace ShadowMiddleware.Background;

/// <summary>Asks for the addresses of a host.</summary>
internal interface IHostLookup
{
    /// <summary>Asks, and blocks the thread until there is an answer.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">There is none.</exception>
    IPAddress[] Find(string host);
}
