using System.Net.Sockets;

namespace ShadowMiddleware.FunctionalTests.Matrix;

/// <summary>A client whose sockets hold little, so that a shadow that does not read stops a send in the middle of a body.</summary>
internal static class SmallBuffers
{
    public static void Use(SocketsHttpHandler handler, int size) =>
        handler.ConnectCallback = async (context, token) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendBufferSize = size };
            try
            {
                await socket.ConnectAsync(context.DnsEndPoint, token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        };
}
