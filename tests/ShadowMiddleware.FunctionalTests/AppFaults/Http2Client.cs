using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>An HTTP/2 client of one stream, frame by frame, that can leave at any point. It never opens its window again.</summary>
internal sealed class Http2Client : IDisposable
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Reset = 3;
    private const byte Settings = 4;
    private const byte Ping = 6;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;
    private const byte Ack = 1;
    private const uint Cancel = 8;

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _closed = new();
    private long _dataReceived;
    private int _isDisposed;

    private Http2Client(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _ = ReadFramesAsync();
    }

    /// <summary>The bytes of the response's body so far.</summary>
    public long DataReceived => Interlocked.Read(ref _dataReceived);

    /// <summary>Set when the server has ended the stream, in whichever way.</summary>
    public TaskCompletionSource StreamEnded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<Http2Client> OpenAsync(PrimaryHost host, CancellationToken token)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, host.Address.Port), token);
        var client = new Http2Client(socket);
        await client._stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), token);
        await client.SendAsync(Settings, flags: 0, stream: 0, default, token);
        return client;
    }

    public Task SendHeadAsync(FaultRequest request, CancellationToken token, bool isWhole = true)
    {
        var flags = isWhole ? EndHeaders : (byte)0;
        if (request.Framing == Framings.None)
        {
            flags |= EndStream;
        }

        return SendAsync(Headers, flags, stream: 1, Encode(request), token);
    }

    public Task SendBodyAsync(ReadOnlyMemory<byte> bytes, bool isEnd, CancellationToken token) =>
        SendAsync(Data, isEnd ? EndStream : (byte)0, stream: 1, bytes, token);

    public Task ResetStreamAsync(CancellationToken token)
    {
        var code = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(code, Cancel);
        return SendAsync(Reset, flags: 0, stream: 1, code, token);
    }

    public void ResetConnection()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _closed.Cancel();
            _stream.Dispose();
        }
    }

    private static byte[] Encode(FaultRequest request)
    {
        var block = new List<byte>();
        Add(":method", "POST");
        Add(":scheme", "http");
        Add(":path", "/x");
        Add(":authority", RawRequest.Host);
        foreach (var (name, value) in request.Fields)
        {
            Add(name.ToLowerInvariant(), value);
        }

        if (request.Framing == Framings.Length)
        {
            Add("content-length", request.Content.Length.ToString(CultureInfo.InvariantCulture));
        }

        return [.. block];

        // A literal without indexing, with a new name (RFC 7541 section 6.2.2).
        void Add(string name, string value)
        {
            block.Add(0);
            AddText(name);
            AddText(value);
        }

        void AddText(string text)
        {
            Assert.InRange(text.Length, 0, 126);
            block.Add((byte)text.Length);
            block.AddRange(Encoding.ASCII.GetBytes(text));
        }
    }

    private async Task SendAsync(
        byte type,
        byte flags,
        int stream,
        ReadOnlyMemory<byte> payload,
        CancellationToken token
    )
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsMemory(9));

        await _writing.WaitAsync(token);
        try
        {
            await _stream.WriteAsync(frame, token);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadFramesAsync()
    {
        try
        {
            var head = new byte[9];
            while (true)
            {
                await _stream.ReadExactlyAsync(head, _closed.Token);
                var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head) >> 8];
                await _stream.ReadExactlyAsync(payload, _closed.Token);
                await TakeAsync(type: head[3], flags: head[4], payload);
            }
        }
        catch (Exception exception)
            when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // One of both sides has closed.
            StreamEnded.TrySetResult();
        }
    }

    private async Task TakeAsync(byte type, byte flags, byte[] payload)
    {
        if (type is Settings or Ping && (flags & Ack) == 0)
        {
            await SendAsync(
                type,
                Ack,
                stream: 0,
                type == Ping ? payload : default(ReadOnlyMemory<byte>),
                _closed.Token
            );
        }

        if (type == Data)
        {
            Interlocked.Add(ref _dataReceived, payload.Length);
        }

        if (type == Reset || (type is Data or Headers && (flags & EndStream) != 0))
        {
            StreamEnded.TrySetResult();
        }
    }
}
