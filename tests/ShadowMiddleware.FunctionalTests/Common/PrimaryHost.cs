using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>A running app and the ways to talk to it.</summary>
internal sealed class PrimaryHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SocketsHttpHandler _handler;

    public PrimaryHost(WebApplication app, bool isHttp2)
    {
        _app = app;
        Address = new Uri(app.Urls.Single());
        _handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
        };
        _handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            TestCertificate.Trust(certificate);

        Client = new HttpClient(_handler)
        {
            BaseAddress = Address,
            DefaultRequestVersion = isHttp2 ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public Task<RawConnection> ConnectAsync(CancellationToken token) => RawConnection.OpenAsync(Address.Port, token);

    /// <summary>Sends one raw HTTP/1.1 request on a connection of its own.</summary>
    public async Task<RawMessage> ExchangeAsync(byte[] request, CancellationToken token)
    {
        using var connection = await ConnectAsync(token);
        return await connection.ExchangeAsync(request, token);
    }

    /// <summary>Waits until the server takes no more connections.</summary>
    public async Task WaitUntilItRefusesAsync(CancellationToken token)
    {
        while (true)
        {
            try
            {
                using var connection = await ConnectAsync(token);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }

    public async Task StopAsync(CancellationToken token)
    {
        // An open connection would hold up the server's own shutdown.
        Client.Dispose();
        _handler.Dispose();
        await _app.StopAsync(token);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _handler.Dispose();
        await _app.DisposeAsync();
    }
}
