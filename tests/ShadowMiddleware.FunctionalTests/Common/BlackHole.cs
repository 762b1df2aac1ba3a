using System.Net;
using System.Net.Sockets;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>
/// A port that answers nothing, not even to a SYN: it listens, nobody accepts, and its queue is full, so that Linux drops what comes.
/// </summary>
internal sealed class BlackHole : IAsyncDisposable
{
    private const int MaxWaiting = 16;
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(300);

    private readonly Socket _listener;
    private readonly List<Socket> _waiting = [];

    private BlackHole(IPEndPoint endPoint)
    {
        _listener = NewSocket(endPoint.AddressFamily);
        _listener.Bind(endPoint);
        _listener.Listen(backlog: 0);
    }

    public string Address => $"http://{_listener.LocalEndPoint}";

    /// <summary>Fills the queue of a port until a connect gets no answer.</summary>
    /// <param name="endPoint">The address and port; <see langword="null"/>: a free port on 127.0.0.1.</param>
    public static BlackHole Dig(IPEndPoint? endPoint = null)
    {
        var hole = new BlackHole(endPoint ?? new IPEndPoint(IPAddress.Loopback, 0));
        while (hole._waiting.Count < MaxWaiting)
        {
            if (!hole.Answers())
            {
                return hole;
            }
        }

        throw new PlatformNotSupportedException("A full queue of a listener still answers to a SYN here.");
    }

    public ValueTask DisposeAsync()
    {
        _waiting.ForEach(socket => socket.Dispose());
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    private static Socket NewSocket(AddressFamily family) => new(family, SocketType.Stream, ProtocolType.Tcp);

    private bool Answers()
    {
        var socket = NewSocket(_listener.AddressFamily);
        _waiting.Add(socket);
        socket.Blocking = false;
        try
        {
            socket.Connect(_listener.LocalEndPoint!);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
        {
            // On its way.
        }

        return socket.Poll(Silence, SelectMode.SelectWrite);
    }
}
