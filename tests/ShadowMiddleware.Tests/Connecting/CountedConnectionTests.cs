using System.Net;
using System.Net.Sockets;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Connecting;

public sealed class CountedConnectionTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TestTimeProvider _time = new();
    private readonly ReadAllowance _allowance = new();
    private readonly ShadowConnector _connector;
    private readonly ConnectionTarget _target;

    public CountedConnectionTests()
    {
        _listener.Start();
        _connector = TestConnector.Create(_time);
        _target = new ConnectionTarget(
            new DnsEndPoint("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port),
            IsHttp2Only: false
        );
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task ReadAsync_ThatWaits_ContinuesOnAWorker()
    {
        await using var connection = await _connector.ConnectAsync(_target, _allowance, Token);
        using var shadow = await _listener.AcceptSocketAsync(Token);
        var reading = ReadAndLookAsync(connection);

        await shadow.SendAsync(new byte[5], Token);

        Assert.Equal((5, true), await Soon.Ends(reading));
    }

    [Fact]
    public async Task ReadAsync_AfterTheConnectionWasClosed_Ends()
    {
        var connection = await _connector.ConnectAsync(_target, _allowance, Token);
        using var shadow = await _listener.AcceptSocketAsync(Token);
        var reading = ReadAndLookAsync(connection);

        await connection.DisposeAsync();

        // Whether by an error or as the end, the platform decides.
        await Soon.Ends(reading.ContinueWith(static _ => { }, TaskScheduler.Default));
        Assert.True(reading.IsCompleted);
    }

    [Fact]
    public async Task WriteAsync_ThatWaits_ContinuesOnAWorker()
    {
        await using var connection = await _connector.ConnectAsync(_target, _allowance, Token);
        using var shadow = await _listener.AcceptSocketAsync(Token);
        var writing = WriteAndLookAsync();

        // More than the buffers of the system hold: it waits until somebody reads.
        var buffer = new byte[1 << 20];
        var received = 0;
        while (received < 64 << 20)
        {
            received += await shadow.ReceiveAsync(buffer, Token);
        }

        Assert.True(await Soon.Ends(writing));

        async Task<bool> WriteAndLookAsync()
        {
            await connection.WriteAsync(new byte[64 << 20], Token).ConfigureAwait(false);
            return TestWorkers.Shared.IsCurrent;
        }
    }

    [Fact]
    public async Task ReadAsync_OfWhatNobodyAskedFor_SlowsDown()
    {
        using var shadow = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await shadow.ConnectAsync(_listener.LocalEndpoint, Token);
        var places = new ConnectionPlaces(_time);
        await using var connection = new CountedConnection(
            await _listener.AcceptSocketAsync(Token),
            places.TryTake(_target, limit: 1)!,
            TestWorkers.Shared,
            new ConnectionTraffic(_allowance, _time),
            handshake: null,
            _time
        );
        await shadow.SendAsync(new byte[20], Token);
        Assert.Equal(10, await connection.ReadAsync(new byte[10], Token));
        while (!_allowance.IsUsedUp)
        {
            _allowance.Read(1 << 20);
        }

        var reading = connection.ReadAsync(new byte[10], Token).AsTask();
        await Soon.Holds(() => _time.ActiveTimers == 1, "the read waits");
        Assert.False(reading.IsCompleted);
        _time.Advance(CountedConnection.Pause);

        Assert.Equal(10, await Soon.Ends(reading));
    }

    [Fact]
    public async Task ReadAsync_CountsWhatItReads()
    {
        await using var connection = await _connector.ConnectAsync(_target, _allowance, Token);
        using var shadow = await _listener.AcceptSocketAsync(Token);
        var sending = SendAsync(shadow, ReadAllowance.Max);

        var buffer = new byte[1 << 16];
        for (var read = 0L; read < ReadAllowance.Max; )
        {
            read += await Soon.Ends(connection.ReadAsync(buffer, Token).AsTask());
        }

        await sending;
        Assert.True(_allowance.IsUsedUp);
    }

    [Fact]
    public async Task ReadAsync_OfWhatNobodyAskedForWhileThePeerReadsNothing_FailsAfterATime()
    {
        await using var connection = await _connector.ConnectAsync(_target, _allowance, Token);
        using var shadow = await _listener.AcceptSocketAsync(Token);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var writing = WriteForEverAsync(connection, over.Token);
        await Soon.Holds(() => ((CountedConnection)connection).IsWriteWaiting, "a write waits");
        _allowance.Read((int)ReadAllowance.Max);

        // The peer goes on sending.
        await shadow.SendAsync(new byte[2 * CountedConnection.SlowRead], Token);
        _time.Advance(CountedConnection.Stuck / 2);
        Assert.Equal(CountedConnection.SlowRead, await ReadSlowlyAsync(connection));
        _time.Advance(CountedConnection.Stuck / 2);

        await Assert.ThrowsAsync<IOException>(() => ReadSlowlyAsync(connection));
        await over.CancelAsync();
        await writing;
    }

    private static async Task WriteForEverAsync(Stream connection, CancellationToken token)
    {
        try
        {
            while (true)
            {
                await connection.WriteAsync(new byte[1 << 20], token);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task<int> ReadSlowlyAsync(Stream connection)
    {
        var reading = connection.ReadAsync(new byte[16 * CountedConnection.SlowRead], Token).AsTask();
        _time.Advance(CountedConnection.Pause);
        return await Soon.Ends(reading);
    }

    private static async Task SendAsync(Socket socket, long bytes)
    {
        var buffer = new byte[1 << 16];
        for (var sent = 0L; sent < bytes; )
        {
            sent += await socket.SendAsync(buffer, Token);
        }
    }

    private static async Task<(int, bool)> ReadAndLookAsync(Stream connection) =>
        (await connection.ReadAsync(new byte[10], Token).ConfigureAwait(false), TestWorkers.Shared.IsCurrent);
}
