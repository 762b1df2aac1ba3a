using System.Net;

namespace ShadowMiddleware.Background;

/// <summary>
/// The resolver of the operating system. Its asynchronous form would block a thread of the pool instead, because the system has none on
/// most platforms.
/// </summary>
internal sealed class SystemHostLookup : IHostLookup
{
    public IPAddress[] Find(string host) => Dns.GetHostAddresses(host);
}
