using System.Net;
using System.Net.Sockets;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Connecting;

public sealed class AddressRaceTests : IDisposable
{
    private const string Six = "2001:db8::1";
    private const string Four = "192.0.2.1";

    private readonly TestDialer _dialer = new();
    private readonly TestTimeProvider _time = new();
    private readonly CancellationTokenSource _cancelled = new();
    private readonly AddressRace _race;

    public AddressRaceTests() => _race = new AddressRace(_dialer, new AddressOrder(_time), _time);

    [Fact]
    public async Task Connect_FirstAddressIsSilent_ConnectsToTheNextAfterItsHeadStart()
    {
        var connecting = ConnectAsync(Six, Four);
        await AdvanceAsync(AddressRace.HeadStart - TimeSpan.FromTicks(1));
        Assert.Equal([Six], _dialer.Dialled);

        _time.Advance(TimeSpan.FromTicks(1));
        await DialledAsync(Six, Four);
        var socket = _dialer.Connect(Four);

        Assert.Same(socket, await Soon.Ends(connecting));
        await Soon.Holds(() => _dialer.GivenUp.SequenceEqual([Six]), "the loser is given up");
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    public async Task Connect_FirstAddressIsSlow_WinsWhenItAnswersFirst()
    {
        var connecting = ConnectAsync(Six, Four);
        await AdvanceAsync(AddressRace.HeadStart);
        await DialledAsync(Six, Four);

        var socket = _dialer.Connect(Six);

        Assert.Same(socket, await Soon.Ends(connecting));
        await Soon.Holds(() => _dialer.GivenUp.SequenceEqual([Four]), "the loser is given up");
    }

    [Fact]
    public async Task Connect_FirstAddressRefuses_TriesTheNextAtOnce()
    {
        _dialer.Fail(Six);
        var socket = _dialer.Connect(Four);

        Assert.Same(socket, await Soon.Ends(ConnectAsync(Six, Four)));
    }

    [Fact]
    public async Task Connect_LoserConnectsNevertheless_IsClosed()
    {
        using var dialer = new TestDialer { HeedsToken = false };
        var connecting = ConnectAsync(new AddressRace(dialer, new AddressOrder(_time), _time), Six, Four);
        await AdvanceAsync(AddressRace.HeadStart);
        var winner = dialer.Connect(Four);
        Assert.Same(winner, await Soon.Ends(connecting));

        var loser = dialer.Connect(Six);

        await Soon.Holds(() => loser.SafeHandle.IsClosed, "the loser is closed");
        Assert.False(winner.SafeHandle.IsClosed);
    }

    [Fact]
    public async Task Connect_CancelledAndSomeConnectNevertheless_IsCancelledAndTheyAreClosed()
    {
        using var dialer = new TestDialer { HeedsToken = false };
        var connecting = ConnectAsync(new AddressRace(dialer, new AddressOrder(_time), _time), Six, Four);
        await AdvanceAsync(AddressRace.HeadStart);
        await Soon.Holds(() => dialer.Dialled.Count == 2, "both are dialled");

        await _cancelled.CancelAsync();
        dialer.Fail(Six);
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon.Ends(connecting));
        var late = dialer.Connect(Four);

        // By this token the client knows its own time limit.
        Assert.Equal(_cancelled.Token, cancelled.CancellationToken);
        await Soon.Holds(() => late.SafeHandle.IsClosed, "the late one is closed");
    }

    [Theory]
    [InlineData(SocketError.NetworkUnreachable, SocketError.ConnectionRefused, SocketError.ConnectionRefused)]
    [InlineData(SocketError.ConnectionRefused, SocketError.NetworkUnreachable, SocketError.ConnectionRefused)]
    [InlineData(SocketError.ConnectionRefused, SocketError.TimedOut, SocketError.TimedOut)]
    [InlineData(SocketError.HostUnreachable, SocketError.NetworkUnreachable, SocketError.NetworkUnreachable)]
    public async Task Connect_AllFail_ThrowsWhatSaysMost(SocketError six, SocketError four, SocketError expected)
    {
        _dialer.Fail(Six, six);
        _dialer.Fail(Four, four);

        var thrown = await Assert.ThrowsAsync<SocketException>(() => Soon.Ends(ConnectAsync(Six, Four)));

        Assert.Equal(expected, thrown.SocketErrorCode);
    }

    [Fact]
    public async Task Connect_AfterOneWasSilent_BeginsWithTheOneThatAnsweredForAWhile()
    {
        await LetTheFirstBeSilentAsync();

        await Soon.Ends(ConnectAsync(Six, Four));
        Assert.Equal([Six, Four, Four], _dialer.Dialled);

        _time.Advance(AddressOrder.Memory);
        _dialer.Forget(Six);
        _dialer.Connect(Six);
        await Soon.Ends(ConnectAsync(Six, Four));
        Assert.Equal([Six, Four, Four, Six], _dialer.Dialled);
    }

    [Fact]
    public async Task Connect_OneFailedThatAnswersAgain_ComesInItsTurnAgain()
    {
        await LetTheFirstBeSilentAsync();
        _dialer.Forget(Four);
        _dialer.Fail(Four);
        _dialer.Forget(Six);
        _dialer.Connect(Six);
        await Soon.Ends(ConnectAsync(Six, Four));
        Assert.Equal([Six, Four, Four, Six], _dialer.Dialled);

        await Soon.Ends(ConnectAsync(Six, Four));

        Assert.Equal([Six, Four, Four, Six, Six], _dialer.Dialled);
    }

    [Fact]
    public async Task Connect_ManyAddressesOfAHost_TriesSomeOfThem()
    {
        var addresses = Enumerable.Range(1, 100).Select(static i => $"192.0.2.{i}").ToArray();
        Array.ForEach(addresses, address => _dialer.Fail(address));

        await Assert.ThrowsAsync<SocketException>(() => Soon.Ends(ConnectAsync(addresses)));

        Assert.Equal(AddressOrder.MaxTried, _dialer.Dialled.Count);
    }

    [Fact]
    public async Task Connect_OneAddress_IsDialledAlone()
    {
        _dialer.Fail(Four, SocketError.TimedOut);

        var thrown = await Assert.ThrowsAsync<SocketException>(() => Soon.Ends(ConnectAsync(Four)));

        Assert.Equal(SocketError.TimedOut, thrown.SocketErrorCode);
        Assert.Equal(0, _time.ActiveTimers);
    }

    public void Dispose()
    {
        _dialer.Dispose();
        _cancelled.Dispose();
    }

    private async Task LetTheFirstBeSilentAsync()
    {
        var connecting = ConnectAsync(Six, Four);
        await AdvanceAsync(AddressRace.HeadStart);
        _dialer.Connect(Four);
        await Soon.Ends(connecting);
        Assert.Equal([Six, Four], _dialer.Dialled);
    }

    private Task<Socket> ConnectAsync(params string[] addresses) => ConnectAsync(_race, addresses);

    private Task<Socket> ConnectAsync(AddressRace race, params string[] addresses) =>
        race.ConnectAsync([.. addresses.Select(IPAddress.Parse)], 80, _cancelled.Token).AsTask();

    private Task DialledAsync(params string[] addresses) =>
        Soon.Holds(() => _dialer.Dialled.SequenceEqual(addresses), $"{addresses.Length} addresses are dialled");

    private async Task AdvanceAsync(TimeSpan time)
    {
        await Soon.Holds(() => _time.ActiveTimers == 1, "the head start runs");
        _time.Advance(time);
    }
}
