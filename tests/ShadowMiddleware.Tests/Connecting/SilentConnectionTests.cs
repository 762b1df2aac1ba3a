using System.Net;
using System.Net.Sockets;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Connecting;

public sealed class SilentConnectionTests : IDisposable
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(10);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TestTimeProvider _time = new();
    private readonly ReadAllowance _shadow = new();
    private readonly ShadowConnector _connector;
    private readonly List<IDisposable> _opened = [];
    private readonly DnsEndPoint _target;

    public SilentConnectionTests()
    {
        _listener.Start();
        var port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _target = new DnsEndPoint("127.0.0.1", port);
        _connector = TestConnector.Create(
            _time,
            TestShadow.Named() with
            {
                Address = $"http://127.0.0.1:{port}",
                Timeout = _timeout,
            }
        );
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TimedOut_ClosesWhatHasBeenSilentForAsLong()
    {
        var waiting = await OpenAsync();
        await WriteAsync(waiting);
        var idle = await OpenAsync();
        _time.Advance(_timeout);

        _connector.TimedOut(_shadow, _timeout);

        Assert.False(waiting.Connection.CanRead);
        Assert.False(idle.Connection.CanRead);
    }

    [Fact]
    public async Task TimedOut_LeavesWhatHasSaidSomethingSince()
    {
        var slow = await OpenAsync();
        await WriteAsync(slow);
        _time.Advance(_timeout / 2);
        await AnswerAsync(slow);
        _time.Advance(_timeout / 2);

        _connector.TimedOut(_shadow, _timeout);

        Assert.True(slow.Connection.CanRead);
    }

    [Fact]
    public async Task TimedOut_LeavesWhatHasWaitedForAShorterTime()
    {
        var used = await OpenAsync();
        await WriteAsync(used);
        await AnswerAsync(used);
        _time.Advance(_timeout / 2);
        await WriteAsync(used);
        _time.Advance(_timeout / 2);

        _connector.TimedOut(_shadow, _timeout);
        Assert.True(used.Connection.CanRead);

        _time.Advance(_timeout / 2);
        _connector.TimedOut(_shadow, _timeout);
        Assert.False(used.Connection.CanRead);
    }

    [Fact]
    public async Task TimedOut_OfAShadowWithAShorterTimeThanAnotherOneThere_LeavesWhatTheOtherMayWaitFor()
    {
        var waiting = await OpenAsync();
        await WriteAsync(waiting);
        _time.Advance(_timeout / 2);

        _connector.TimedOut(_shadow, _timeout / 2);

        Assert.True(waiting.Connection.CanRead);
    }

    [Fact]
    public async Task TimedOut_LeavesOtherShadowsElsewhereAlone()
    {
        using var elsewhere = new TcpListener(IPAddress.Loopback, 0);
        elsewhere.Start();
        var target = new DnsEndPoint("127.0.0.1", ((IPEndPoint)elsewhere.LocalEndpoint).Port);
        await using var other = await _connector.ConnectAsync(
            new ConnectionTarget(target, IsHttp2Only: false),
            new ReadAllowance(),
            Token
        );
        var own = await OpenAsync();
        var ofAnotherHere = await OpenAsync(new ReadAllowance());
        _time.Advance(_timeout);

        _connector.TimedOut(_shadow, _timeout);

        Assert.True(other.CanRead);
        Assert.False(own.Connection.CanRead);

        // The client shares it.
        Assert.False(ofAnotherHere.Connection.CanRead);
    }

    public void Dispose()
    {
        _opened.ForEach(static opened => opened.Dispose());
        _listener.Dispose();
    }

    private static async Task WriteAsync((Stream Connection, Socket Shadow) open) =>
        await open.Connection.WriteAsync(new byte[5], Token);

    private static async Task AnswerAsync((Stream Connection, Socket Shadow) open)
    {
        await open.Shadow.SendAsync(new byte[5], Token);
        Assert.Equal(5, await Soon.Ends(open.Connection.ReadAsync(new byte[10], Token).AsTask()));
    }

    private async Task<(Stream Connection, Socket Shadow)> OpenAsync(ReadAllowance? shadow = null)
    {
        var connection = await _connector.ConnectAsync(
            new ConnectionTarget(_target, IsHttp2Only: false),
            shadow ?? _shadow,
            Token
        );
        _opened.Add(connection);
        var accepted = await _listener.AcceptSocketAsync(Token);
        _opened.Add(accepted);
        return (connection, accepted);
    }
}
