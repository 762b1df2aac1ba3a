using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Bounds;

/// <summary>
/// TLS handshakes that are not going to succeed. Each can cost a thread, so they are few at once, and none makes the process ask somebody else.
/// </summary>
public sealed class HandshakeTests : FunctionalTest
{
    private const int MaxUnproven = 4;
    private const int Requests = 16;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Task> _serving = [];
    private readonly List<Socket> _accepted = [];
    private int _peak;

    public HandshakeTests() => _listener.Start();

    [Fact]
    public async Task Copies_IssuerOfTheCertificateWouldHaveToBeDownloaded_FailWithoutADownload()
    {
        using var issuer = new TcpListener(IPAddress.Loopback, 0);
        issuer.Start();
        using var certificate = TestChain.CreateLeaf(new Uri($"http://{issuer.LocalEndpoint}/issuer.cer"));
        var context = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        var accepting = AcceptAsync(async socket =>
        {
            await using var stream = new SslStream(new NetworkStream(socket));
            await stream.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificateContext = context },
                Token
            );
            Assert.Equal(0, await stream.ReadAsync(new byte[1], Token));
        });
        await using var environment = await StartAsync("00:00:10");

        await RequestAsync(environment);

        var ledger = await environment.WaitUntilSettledAsync(Token);
        Assert.Equal($"seen {Requests}, failed.tls {Requests}", LedgerAssert.Describe(ledger));
        Assert.False(issuer.Pending());
        await StopAsync(accepting);
    }

    [Fact]
    public async Task Copies_ShadowAcceptsAndNeverAnswersTheHandshake_FewAreAtOnce()
    {
        var accepting = AcceptAsync(async socket =>
        {
            while (await socket.ReceiveAsync(new byte[1024], Token) > 0)
            {
                // And says nothing.
            }
        });
        await using var environment = await StartAsync("00:00:02");

        await RequestAsync(environment);

        var ledger = await environment.WaitUntilSettledAsync(Token);
        Assert.Equal(Requests, ledger.Failed.Values.Sum());
        await StopAsync(accepting);
        Assert.InRange(_peak, 1, MaxUnproven);
    }

    protected override void Dispose(bool disposing)
    {
        _listener.Dispose();
        base.Dispose(disposing);
    }

    private async Task AcceptAsync(Func<Socket, Task> serve)
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(Token);
                _accepted.Add(socket);
                _peak = Math.Max(_peak, _accepted.Count(IsOpen));
                _serving.Add(ServeAsync(socket, serve));
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket, Func<Socket, Task> serve)
    {
        try
        {
            using (socket)
            {
                await serve(socket);
            }
        }
        catch (Exception exception)
            when (exception
                    is SocketException
                        or IOException
                        or OperationCanceledException
                        or System.Security.Authentication.AuthenticationException
            )
        {
            // The client has had enough.
        }
    }

    // The end of a connection is there before the next one, whether its reader has come to it or not.
    private static bool IsOpen(Socket socket)
    {
        try
        {
            return !socket.Poll(0, SelectMode.SelectRead) || socket.Available > 0;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private async Task StopAsync(Task accepting)
    {
        _listener.Stop();
        await accepting;
    }

    private async Task RequestAsync(MirrorEnvironment environment) =>
        await Task.WhenAll(
            Enumerable
                .Range(0, Requests)
                .Select(async _ =>
                {
                    using var response = await environment.Client.GetAsync("/", Token);
                })
        );

    private async Task<MirrorEnvironment> StartAsync(string timeout) =>
        await new MirrorEnvironment
        {
            Shadows = { ["v2"] = $"https://{_listener.LocalEndpoint}" },
            Settings =
            {
                ["Shadows:v2:Timeout"] = timeout,
                ["Shadows:v2:HttpVersion"] = "1.1",
                ["Shadows:v2:CircuitBreaker:MinimumThroughput"] = "1000",
            },
        }.StartAsync(Token);
}
