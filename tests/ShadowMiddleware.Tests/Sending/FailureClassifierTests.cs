using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Sending;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Sending;

public sealed class FailureClassifierTests
{
    public static TheoryData<Exception, string> Shapes =>
        new()
        {
            { Http(HttpRequestError.NameResolutionError), "connect" },
            { Http(HttpRequestError.ConnectionError), "connect" },
            { Http(HttpRequestError.ProxyTunnelError), "connect" },
            { Http(HttpRequestError.SecureConnectionError), "tls" },
            { Http(HttpRequestError.ResponseEnded), "reset" },
            { Http(HttpRequestError.InvalidResponse), "protocol" },
            { Http(HttpRequestError.HttpProtocolError), "protocol" },
            { Http(HttpRequestError.VersionNegotiationError), "protocol" },
            { Http(HttpRequestError.ConfigurationLimitExceeded), "protocol" },
            { Http(HttpRequestError.ExtendedConnectNotSupported), "protocol" },
            { Http(HttpRequestError.UserAuthenticationError), "other" },
            { Http(HttpRequestError.Unknown), "other" },
            { new HttpIOException(HttpRequestError.ResponseEnded), "reset" },
            { new HttpIOException(HttpRequestError.InvalidResponse), "protocol" },
            { new HttpRequestException("write", new IOException("io", Socket(SocketError.ConnectionReset))), "reset" },
            {
                new HttpRequestException("write", new IOException("io", Socket(SocketError.ConnectionAborted))),
                "reset"
            },
            { new HttpRequestException("write", new IOException("io", Socket(SocketError.Shutdown))), "reset" },
            { new HttpRequestException("copy", new HttpIOException(HttpRequestError.ResponseEnded)), "reset" },
            { Socket(SocketError.ConnectionRefused), "connect" },
            { Socket(SocketError.HostUnreachable), "connect" },
            { new HttpRequestException("tls", new AuthenticationException("certificate")), "tls" },
            { new InvalidOperationException("a handler of the app's"), "other" },
            { new TaskCanceledException("a handler of the app's"), "other" },
            { new IOException("no socket in it"), "other" },
            { HPackDecodingException(), "protocol" },
        };

    [Theory]
    [MemberData(nameof(Shapes), DisableDiscoveryEnumeration = true)]
    public void Classify_OfAnException_FindsTheReason(Exception exception, string expected) =>
        Assert.Equal(expected, ReasonNames.Name(FailureClassifier.Classify(exception)));

    // PROTOCOL_ERROR is what the client says of a peer that breaks the rules; the others are a peer that gives the stream up.
    [Theory]
    [InlineData(0x2, "reset")]
    [InlineData(0x7, "reset")]
    [InlineData(0x8, "reset")]
    [InlineData(0xd, "protocol")]
    [InlineData(0x1, "protocol")]
    public void Classify_OfAnHttp2Stream_GoesByItsErrorCode(long errorCode, string expected)
    {
        var exception = new HttpRequestException(
            HttpRequestError.HttpProtocolError,
            "An HTTP/2 stream failed.",
            new HttpProtocolException(errorCode, "The HTTP/2 server reset the stream.", innerException: null)
        );

        Assert.Equal(expected, ReasonNames.Name(FailureClassifier.Classify(exception)));
        Assert.Equal(expected, ReasonNames.Name(FailureClassifier.Classify(exception.InnerException!)));
    }

    [Fact]
    public async Task Classify_OfAClosedPort_IsConnect()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://{listener.LocalEndpoint}";
        listener.Stop();

        Assert.Equal(FailReason.Connect, await SendAsync(address));
    }

    [Fact]
    public async Task Classify_OfAnUnknownName_IsConnect() =>
        Assert.Equal(
            FailReason.Connect,
            await SendAsync(
                "http://shadow.test",
                handler => handler.ConnectCallback = (_, _) => throw Socket(SocketError.HostNotFound)
            )
        );

    [Fact]
    public async Task Classify_OfAConnectionThatIsNotMadeInTime_IsConnect() =>
        Assert.Equal(
            FailReason.Connect,
            await SendAsync(
                "http://shadow.test",
                handler =>
                {
                    handler.ConnectTimeout = TimeSpan.FromMilliseconds(20);
                    handler.ConnectCallback = async (_, cancellationToken) =>
                        await new TaskCompletionSource<Stream>().Task.WaitAsync(cancellationToken);
                }
            )
        );

    [Fact]
    public async Task Classify_OfAClientWithATimeoutOfItsOwn_IsTimeout() =>
        Assert.Equal(
            FailReason.Timeout,
            await SendAsync(
                "http://shadow.test",
                handler =>
                    handler.ConnectCallback = async (_, cancellationToken) =>
                        await new TaskCompletionSource<Stream>().Task.WaitAsync(cancellationToken),
                timeout: TimeSpan.FromMilliseconds(20)
            )
        );

    [Fact]
    public async Task Classify_OfAPeerThatCloses_IsReset()
    {
        await using var peer = RawPeer.Answering("");

        Assert.Equal(FailReason.Reset, await SendAsync(peer.Address));
    }

    [Fact]
    public async Task Classify_OfAPeerThatResets_IsReset()
    {
        await using var peer = RawPeer.Resetting();

        Assert.Equal(FailReason.Reset, await SendAsync(peer.Address));
    }

    [Fact]
    public async Task Classify_OfAResponseThatBreaksOff_IsReset()
    {
        await using var peer = RawPeer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");

        Assert.Equal(FailReason.Reset, await SendAsync(peer.Address));
    }

    [Theory]
    [InlineData("220 mail.test ESMTP\r\n\r\n")]
    [InlineData("HTTP/1.1 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n")]
    public async Task Classify_OfAPeerThatDoesNotSpeakHttp_IsProtocol(string bytes)
    {
        await using var peer = RawPeer.Answering(bytes);

        Assert.Equal(FailReason.Protocol, await SendAsync(peer.Address));
    }

    [Fact]
    public async Task Classify_OfAHeadThatIsTooLong_IsProtocol()
    {
        await using var peer = RawPeer.Answering($"HTTP/1.1 200 OK\r\nX-Long: {new string('x', 70_000)}\r\n\r\n");

        Assert.Equal(FailReason.Protocol, await SendAsync(peer.Address));
    }

    [Fact]
    public async Task Classify_OfAPeerWithoutTls_IsTls()
    {
        await using var peer = RawPeer.Answering("HTTP/1.1 400 Bad Request\r\n\r\n");

        Assert.Equal(
            FailReason.Tls,
            await SendAsync(peer.Address.Replace("http:", "https:", StringComparison.Ordinal))
        );
    }

    [Theory]
    [InlineData(0x2)]
    [InlineData(0x8)]
    public async Task Classify_OfAnHttp2PeerThatResetsTheStream_IsReset(byte errorCode)
    {
        // RST_STREAM (RFC 9113 section 6.4) on stream 1.
        await using var peer = RawPeer.Http2([0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, errorCode]);

        Assert.Equal(FailReason.Reset, await SendAsync(peer.Address, version: HttpVersion.Version20));
    }

    [Fact]
    public async Task Classify_OfAnHttp2PeerThatBreaksTheRules_IsProtocol()
    {
        // DATA on a stream that nobody opened.
        await using var peer = RawPeer.Http2([0, 0, 1, 0, 0, 0, 0, 0, 9, 42]);

        Assert.Equal(FailReason.Protocol, await SendAsync(peer.Address, version: HttpVersion.Version20));
    }

    [Theory]
    [InlineData(true, "protocol")]
    [InlineData(false, "other")]
    public void Classify_OfAFailureWithoutAReason_IsTheHandshakeWhereOnlyHttp2WasToBeSpoken(
        bool isHttp2,
        string expected
    ) =>
        Assert.Equal(
            expected,
            ReasonNames.Name(
                FailureClassifier.Classify(new HttpRequestException("The handshake did not complete."), isHttp2)
            )
        );

    private static Exception HPackDecodingException() =>
        (Exception)
            RuntimeHelpers.GetUninitializedObject(
                typeof(HttpClient).Assembly.GetType("System.Net.Http.HPack.HPackDecodingException", throwOnError: true)!
            );

    private static HttpRequestException Http(HttpRequestError error) => new(error, error.ToString());

    private static SocketException Socket(SocketError error) => new((int)error);

    private static async Task<FailReason> SendAsync(
        string address,
        Action<SocketsHttpHandler>? configure = null,
        Version? version = null,
        TimeSpan? timeout = null
    )
    {
        using var handler = new SocketsHttpHandler();
        ShadowHandler.Configure(handler, static _ => null, TestConnector.Create());
        configure?.Invoke(handler);
        using var http = new HttpClient(handler) { Timeout = timeout ?? Timeout.InfiniteTimeSpan };
        using var message = new HttpRequestMessage(HttpMethod.Get, address)
        {
            Version = version ?? HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var sending = new ShadowClient(http, TestWorkers.Shared)
            .SendAsync(message, new ResponseProgress(), TestContext.Current.CancellationToken)
            .AsTask();
        var exception = await Record.ExceptionAsync(() => Soon.Ends(sending));

        Assert.NotNull(exception);
        Assert.IsNotType<TimeoutException>(exception);
        return FailureClassifier.Classify(exception);
    }
}
