using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>A shadow without an HTTP stack: records the bytes of each request and answers with whatever a script says.</summary>
internal sealed class RawShadow : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<RawMessage> _requests = Channel.CreateUnbounded<RawMessage>();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly ConcurrentQueue<Exception> _errors = [];
    private readonly Lock _sync = new();
    private readonly Task _accepting;
    private volatile ShadowScript _script;
    private int _open;
    private long _checkedBytes;

    private RawShadow(ShadowScript script, int? receiveBuffer)
    {
        _script = script;
        if (receiveBuffer is { } size)
        {
            // What is accepted inherits it.
            _listener.Server.ReceiveBufferSize = size;
        }

        _listener.Start(backlog: 512);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>How many connections were made since the start.</summary>
    public int Connections { get; private set; }

    /// <summary>The most connections that were open at one time.</summary>
    public int PeakConnections { get; private set; }

    public int Received => _requests.Reader.Count;

    /// <summary>How many bytes of bodies were looked at.</summary>
    public long CheckedBytes => Interlocked.Read(ref _checkedBytes);

    public static RawShadow Start(ShadowScript? script = null, int? receiveBuffer = null) =>
        new(script ?? ShadowScripts.Answer(), receiveBuffer);

    /// <summary>Changes what happens to connections that are made from now on.</summary>
    public void Use(ShadowScript script) => _script = script;

    public ValueTask<RawMessage> NextAsync(CancellationToken token) => _requests.Reader.ReadAsync(token);

    public void Record(RawMessage request)
    {
        Check(request.Value(MarkedBody.Field), request.Body, offset: 0);
        _requests.Writer.TryWrite(request);
    }

    /// <summary>Looks whether bytes belong to the body that the mark names. If not, the end of the test says so.</summary>
    public void Check(string? mark, ReadOnlySpan<byte> received, int offset)
    {
        if (mark is null)
        {
            return;
        }

        Interlocked.Add(ref _checkedBytes, received.Length);
        if (MarkedBody.FaultIn(mark, received, offset) is { } fault)
        {
            _errors.Enqueue(new InvalidDataException(fault));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
        Assert.Empty(_errors);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);

                // Small writes would wait for an acknowledgement that the other side holds back.
                socket.NoDelay = true;
                lock (_sync)
                {
                    Connections++;
                    PeakConnections = Math.Max(PeakConnections, ++_open);
                }

                _connections.Add(ServeAsync(socket));
            }
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test is over. A listener that was stopped says so in one of these ways.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var connection = new RawShadowConnection(this, socket);

        try
        {
            await _script(connection, _stop.Token);
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // The other side went away, or the test is over: both are everyday for a shadow.
        }
        catch (Exception exception)
        {
            _errors.Enqueue(exception);
        }
        finally
        {
            lock (_sync)
            {
                _open--;
            }
        }
    }
}
