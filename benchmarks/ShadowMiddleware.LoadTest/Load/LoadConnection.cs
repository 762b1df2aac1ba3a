using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ShadowMiddleware.LoadTest.Load;

/// <summary>One client's connection: the same request again and again, with as little work as can be, for the clients share the machine.</summary>
internal sealed class LoadConnection : IDisposable
{
    private const int StatusStart = 9;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[4096];
    private int _received;
    private int _responseLength;

    private LoadConnection(Socket socket) => _socket = socket;

    public int Handle => (int)_socket.Handle;

    /// <summary>When the request was due that waits for its answer.</summary>
    public long DueAt { get; private set; }

    public static LoadConnection Open(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            socket.Blocking = false;
            return new LoadConnection(socket);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new LoadException($"No connection to port {port}: {exception.Message}");
        }
    }

    public void Send(long dueAt)
    {
        DueAt = dueAt;
        _received = 0;

        // The answer to the last request is here, so there is room for the whole of the next.
        var sent = _socket.Send(LoadRequest.Bytes, SocketFlags.None, out var error);
        if (error != SocketError.Success || sent != LoadRequest.Bytes.Length)
        {
            throw new LoadException($"A request could not be sent: {error}, {sent} bytes.");
        }
    }

    /// <summary>Takes what has arrived.</summary>
    /// <returns>Whether the answer is whole.</returns>
    public bool Receive()
    {
        var read = _socket.Receive(_buffer.AsSpan(_received), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            return false;
        }

        if (error != SocketError.Success || read == 0)
        {
            throw new LoadException($"The connection was closed under a client: {error}.");
        }

        _received += read;
        return IsWhole();
    }

    public void Dispose() => _socket.Dispose();

    // All answers have the length of the first, and all are looked at: one that is no 200 must not pass for a fast one.
    private bool IsWhole()
    {
        var answer = _buffer.AsSpan(0, _received);
        if (answer.Length > StatusStart + 2 && !answer[StatusStart..].StartsWith("200"u8))
        {
            throw new LoadException($"An answer was not as expected: {FirstLine()}");
        }

        if (_responseLength == 0 && answer.EndsWith("\r\n\r\nok"u8))
        {
            _responseLength = _received;
        }

        if (_responseLength == 0 || _received < _responseLength)
        {
            return _received < _buffer.Length ? false : throw new LoadException("An answer was too long.");
        }

        return _received == _responseLength && answer.EndsWith("ok"u8)
            ? true
            : throw new LoadException($"An answer differs from the first: {FirstLine()}");
    }

    private string FirstLine() => Encoding.ASCII.GetString(_buffer, 0, _received).Split("\r\n")[0];
}
