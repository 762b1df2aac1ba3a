using System.Net;
using System.Net.Sockets;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Connecting;

public sealed class ShadowConnectorTests : IDisposable
{
    private const int Limit = 4;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TestTimeProvider _time = new();
    private readonly ShadowConnector _connector;
    private readonly ConnectionTarget _target;
    private Stream[] _held = [];

    public ShadowConnectorTests()
    {
        _listener.Start();
        var port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _target = new ConnectionTarget(new DnsEndPoint("127.0.0.1", port), IsHttp2Only: false);
        _connector = TestConnector.Create(
            _time,
            TestShadow.Named() with
            {
                Address = $"http://127.0.0.1:{port}",
                MaxConcurrency = Limit / 2,
            }
        );
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connect_ReadsAndWritesAsThePlatformsOwn()
    {
        await using var connection = await ConnectAsync();
        using var accepted = await _listener.AcceptSocketAsync(Token);

        await connection.WriteAsync("ping"u8.ToArray(), Token);
        var received = new byte[4];
        await accepted.ReceiveAsync(received, Token);

        Assert.Equal("ping"u8.ToArray(), received);
        Assert.True(Assert.IsAssignableFrom<NetworkStream>(connection).Socket.NoDelay);
    }

    [Fact]
    public async Task Connect_OneTooMany_IsRefusedAfterAWhileAndNotBefore()
    {
        await FillAsync();

        var refused = ConnectAsync();
        for (var waited = TimeSpan.Zero; waited < ShadowConnector.Patience; waited += TimeSpan.FromMilliseconds(10))
        {
            Assert.False(refused.IsCompleted);
            await AdvanceAsync(TimeSpan.FromMilliseconds(10));
        }

        await Assert.ThrowsAsync<IOException>(() => Soon.Ends(refused));
    }

    [Fact]
    public async Task Connect_OneTooManyAndAnotherCloses_TakesItsPlace()
    {
        var open = await FillAsync();
        var waiting = ConnectAsync();
        await SleepsAsync();

        await open[1].DisposeAsync();
        _time.Advance(TimeSpan.FromMilliseconds(10));

        await using var connection = await Soon.Ends(waiting);
        Assert.True(connection.CanRead);
    }

    [Fact]
    public async Task Connect_OneTooManyAndCancelled_IsCancelled()
    {
        await FillAsync();
        using var cancelled = new CancellationTokenSource();
        var waiting = _connector.ConnectAsync(_target, allowance: null, cancelled.Token).AsTask();
        await SleepsAsync();

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon.Ends(waiting));
    }

    [Fact]
    public async Task Connect_DisposedMoreThanOnce_GivesOnePlaceBack()
    {
        var open = await FillAsync();

        await open[0].DisposeAsync();
        await open[0].DisposeAsync();
        await using var connection = await ConnectAsync();

        await AssertIsFullAsync();
    }

    [Fact]
    public async Task Connect_Fails_GivesThePlaceBack()
    {
        _listener.Stop();
        for (var i = 0; i < 3 * Limit; i++)
        {
            await Assert.ThrowsAsync<SocketException>(ConnectAsync);
        }
    }

    [Fact]
    public async Task Connect_OfAnotherKindOrElsewhere_IsCountedApart()
    {
        await FillAsync();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var elsewhere = new DnsEndPoint("127.0.0.1", ((IPEndPoint)other.LocalEndpoint).Port);

        await using var http2 = await _connector.ConnectAsync(
            _target with
            {
                IsHttp2Only = true,
            },
            allowance: null,
            Token
        );
        await using var foreign = await _connector.ConnectAsync(
            _target with
            {
                EndPoint = elsewhere,
            },
            allowance: null,
            Token
        );

        Assert.True(http2.CanRead && foreign.CanRead);
    }

    [Fact]
    public async Task Connect_FullOfConnectionsThatHaveHadTheirTime_ClosesTheOldest()
    {
        var open = await FillAsync();
        _time.Advance(ShadowConnector.ConnectionLifetime + TimeSpan.FromTicks(1));

        var waiting = ConnectAsync();
        await AdvanceAsync(TimeSpan.FromMilliseconds(10));
        await using var connection = await Soon.Ends(waiting);

        Assert.False(open[0].CanRead);
        Assert.All(open[1..], kept => Assert.True(kept.CanRead));
    }

    [Fact]
    public async Task Connect_FullOfConnectionsThatHaveTimeLeft_ClosesNone()
    {
        var open = await FillAsync();
        _time.Advance(ShadowConnector.ConnectionLifetime - ShadowConnector.Patience - TimeSpan.FromTicks(1));

        await AssertIsFullAsync();

        Assert.All(open, kept => Assert.True(kept.CanRead));
    }

    [Fact]
    public async Task Connect_ConnectionThatNobodyCloses_GivesItsPlaceBackWhenItIsCollected()
    {
        // Elsewhere, so that nothing on this stack or in this state machine is left of it.
        await Task.Run(OpenAllAsync, Token).ContinueWith(static _ => { }, TaskScheduler.Default);

        var waiting = ConnectAsync();
        await SleepsAsync();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        _time.Advance(TimeSpan.FromMilliseconds(10));

        await using var connection = await Soon.Ends(waiting);
        Assert.True(connection.CanRead);
    }

    public void Dispose()
    {
        Array.ForEach(_held, connection => connection.Dispose());
        _listener.Dispose();
    }

    private Task<Stream> ConnectAsync() => _connector.ConnectAsync(_target, allowance: null, Token).AsTask();

    // Held, because what nobody holds would be collected and give its place back.
    private async Task<Stream[]> FillAsync() => _held = await OpenAllAsync();

    private async Task<Stream[]> OpenAllAsync()
    {
        var open = new Stream[Limit];
        for (var i = 0; i < open.Length; i++)
        {
            open[i] = await Soon.Ends(ConnectAsync());
        }

        return open;
    }

    private async Task AssertIsFullAsync()
    {
        var refused = ConnectAsync();
        await AdvanceAsync(ShadowConnector.Patience);
        await Assert.ThrowsAsync<IOException>(() => Soon.Ends(refused));
    }

    private async Task AdvanceAsync(TimeSpan time)
    {
        await SleepsAsync();
        _time.Advance(time);
    }

    private Task SleepsAsync() => Soon.Holds(() => _time.ActiveTimers == 1, "the connector waits");
}
