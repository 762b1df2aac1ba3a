using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.Capture;

namespace ShadowMiddleware.Tests.Common;

/// <summary>The rescue of a server that buffers little, so that limits can be small.</summary>
internal static class TestRescue
{
    private const int ServerBuffer = 65_535;

    /// <summary>What one look may count against the server's limit.</summary>
    public const int MostPerLook = 2 * ServerBuffer;

    public static BodyRescue Create()
    {
        var server = new KestrelServerOptions();
        server.Limits.MaxRequestBufferSize = ServerBuffer;
        server.Limits.Http2.InitialStreamWindowSize = ServerBuffer;
        return new BodyRescue(server.Limits);
    }
}
