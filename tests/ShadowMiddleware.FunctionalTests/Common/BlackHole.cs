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

    private readonly Socket _listener = NewSocket();
    private readonly List<Socket> _waiting = [];

    private BlackHole()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(backlog: 0);
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}";

    /// <summary>Fills the queue of a port until a connect gets no answer.</summary>
    public static BlackHole Dig()
    {
        var hole = new BlackHole();
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

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private bool Answers()
    {
        var socket = NewSocket();
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
