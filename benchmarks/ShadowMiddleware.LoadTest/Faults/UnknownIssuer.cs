using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace ShadowMiddleware.LoadTest.Faults;

/// <summary>
/// TLS with a certificate whose issuer is not sent along: whoever wants to check it has to download it, from a server that accepts
/// connections and never answers.
/// </summary>
internal sealed class UnknownIssuer
{
    // All of them wait at once, and nobody takes them from the kernel.
    private const int MostDownloads = 4096;

    private readonly SslServerAuthenticationOptions _options;

    /// <param name="issuer">Where the issuer would be downloaded from; started here.</param>
    public UnknownIssuer(TcpListener issuer)
    {
        issuer.Start(MostDownloads);
        var leaf = IncompleteChain.CreateLeaf(new Uri($"http://{(IPEndPoint)issuer.LocalEndpoint}/issuer.cer"));
        _options = new SslServerAuthenticationOptions
        {
            // Offline, or the shadow itself would download the issuer.
            ServerCertificateContext = SslStreamCertificateContext.Create(
                leaf,
                new X509Certificate2Collection(),
                offline: true
            ),
        };
    }

    public async Task ServeAsync(Stream stream)
    {
        await using var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(_options);
        await tls.CopyToAsync(Stream.Null);
    }
}
