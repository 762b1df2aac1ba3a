using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>An HTTP/1.1 client that keeps what it received even when the message broke off, and that can leave in every way.</summary>
internal sealed partial class WireClient : IDisposable
{
    private readonly Socket _socket;
    private readonly RecordedStream _stream;
    private readonly RawMessageReader _reader;

    private WireClient(Socket socket)
    {
        _socket = socket;
        _stream = new RecordedStream(new NetworkStream(socket, ownsSocket: true));
        _reader = new RawMessageReader(_stream);
    }

    /// <summary>Called when the bytes that the app waits for are here.</summary>
    public Action OnMarker
    {
        init => _stream.OnMarker = value;
    }

    public static async Task<WireClient> OpenAsync(PrimaryHost host, Action onMarker, CancellationToken token)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, host.Address.Port), token);
        return new WireClient(socket) { OnMarker = onMarker };
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken token) =>
        _stream.Inner.WriteAsync(bytes, token);

    /// <summary>The next response, or what there is of it and how it ended.</summary>
    public async Task<string> ReadAnswerAsync(CancellationToken token)
    {
        var before = _stream.Length;
        try
        {
            var message = await _reader.ReadResponseAsync(toHead: false, token);
            return message.ComparableText();
        }
        catch (IOException exception)
        {
            var end = exception.InnerException is SocketException ? "reset" : "closed";
            return $"{DateField().Replace(_stream.TextFrom(before), "Date: -")}[{end}]";
        }
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken token) => _stream.ReadAsync(buffer, token);

    /// <summary>Waits for the end of the connection, whatever still comes.</summary>
    public async Task ReadToEndAsync(CancellationToken token)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            while (await _stream.ReadAsync(buffer, token) > 0) { }
        }
        catch (IOException)
        {
            // A reset is an end too.
        }
    }

    /// <summary>Sends no more, but listens.</summary>
    public void FinishSending() => _socket.Shutdown(SocketShutdown.Send);

    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    public void Dispose() => _stream.Dispose();

    [GeneratedRegex("Date: [^\r]*")]
    private static partial Regex DateField();

    private sealed class RecordedStream(NetworkStream inner) : Stream
    {
        private readonly StringBuilder _received = new();
        private bool _marked;

        public NetworkStream Inner { get; } = inner;

        public Action? OnMarker { get; set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => _received.Length;

        public override long Position
        {
            get => _received.Length;
            set => throw new NotSupportedException();
        }

        public string TextFrom(long position) => _received.ToString((int)position, (int)(Length - position));

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            var read = await Inner.ReadAsync(buffer, cancellationToken);
            _received.Append(Encoding.Latin1.GetString(buffer.Span[..read]));
            if (
                !_marked
                && OnMarker is not null
                && _received.ToString().Contains(ThrowPoints.Marker, StringComparison.Ordinal)
            )
            {
                _marked = true;
                OnMarker();
            }

            return read;
        }

        public override Task<int> ReadAsync(
            byte[] buffer,
            int offset,
            int count,
            CancellationToken cancellationToken
        ) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                Inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
