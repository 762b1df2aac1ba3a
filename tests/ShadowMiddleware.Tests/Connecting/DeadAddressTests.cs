using System.Net;
using System.Net.Sockets;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.Tests.Background;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Connecting;

/// <summary>A name with an address of IPv6 that does not work beside one of IPv4 that does, over real sockets.</summary>
public sealed class DeadAddressTests : IDisposable
{
    private const string Host = "shadow.test";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TestLookup _lookup = new();
    private readonly ShadowConnector _connector;
    private readonly int _port;

    public DeadAddressTests()
    {
        _listener.Start();
        _port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _connector = TestConnector.Create(_lookup, TimeProvider.System);
        _lookup.Answer(Host, "::1", "127.0.0.1");
    }

    [Fact]
    public async Task Connect_TheOtherRefuses_ConnectsToTheOneThatWorks() => await ConnectsAsync();

    [Fact]
    public async Task Connect_TheOtherIsSilent_ConnectsToTheOneThatWorks()
    {
        await using var hole = BlackHole.Dig(new IPEndPoint(IPAddress.IPv6Loopback, _port));

        await ConnectsAsync();
    }

    [Fact]
    public async Task Connect_NeitherWorks_FailsAsRefused()
    {
        _listener.Stop();

        var thrown = await Assert.ThrowsAsync<SocketException>(() => Soon.Ends(ConnectAsync()));

        Assert.Equal(SocketError.ConnectionRefused, thrown.SocketErrorCode);
    }

    public void Dispose()
    {
        _lookup.Dispose();
        _listener.Dispose();
    }

    private Task<Stream> ConnectAsync() =>
        _connector
            .ConnectAsync(
                new ConnectionTarget(new DnsEndPoint(Host, _port), IsHttp2Only: false),
                allowance: null,
                TestContext.Current.CancellationToken
            )
            .AsTask();

    private async Task ConnectsAsync()
    {
        await using var connection = await Soon.Ends(ConnectAsync());
        var remote = ((NetworkStream)connection).Socket.RemoteEndPoint;

        Assert.Equal(new IPEndPoint(IPAddress.Loopback, _port), remote);
    }
}
