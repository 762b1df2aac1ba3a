using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace ShadowMiddleware.Sending;

/// <summary>
/// Makes a handler for copies out of an <see cref="HttpClientHandler"/>, which has no place for most of what copies need: the bounds of connections,
/// the encodings of fields, the one arrival of each copy. What it says of TLS and of a proxy is taken over.
/// </summary>
internal static class TakenOverHandler
{
    /// <summary>Makes the handler.</summary>
    /// <returns><see langword="null"/> for one that does more than its properties say.</returns>
    public static SocketsHttpHandler? From(HttpClientHandler handler)
    {
        if (
            handler.GetType() != typeof(HttpClientHandler)
            || handler.ClientCertificateOptions != ClientCertificateOption.Manual
        )
        {
            return null;
        }

        var taken = new SocketsHttpHandler
        {
            UseProxy = handler.UseProxy,
            Proxy = handler.Proxy,
            DefaultProxyCredentials = handler.DefaultProxyCredentials,
            MaxConnectionsPerServer = handler.MaxConnectionsPerServer,
            MaxResponseHeadersLength = handler.MaxResponseHeadersLength,
        };
        taken.SslOptions.EnabledSslProtocols = handler.SslProtocols;
        taken.SslOptions.CertificateRevocationCheckMode = handler.CheckCertificateRevocationList
            ? X509RevocationMode.Online
            : X509RevocationMode.NoCheck;
        if (handler.ClientCertificates is { Count: > 0 } certificates)
        {
            taken.SslOptions.ClientCertificates = certificates;
        }

#pragma warning disable MA0039 // It is the app's own, in another form.
        if (handler.ServerCertificateCustomValidationCallback is { } isTrusted)
        {
            taken.SslOptions.RemoteCertificateValidationCallback = (connection, certificate, chain, errors) =>
            {
                // The platform hands over the request that a connection is made for; it is for more than one.
                using var message = new HttpRequestMessage(
                    HttpMethod.Get,
                    new UriBuilder(Uri.UriSchemeHttps, ((SslStream)connection).TargetHostName).Uri
                );
                return isTrusted(message, certificate as X509Certificate2, chain, errors);
            };
        }
#pragma warning restore MA0039

        return taken;
    }

    /// <summary>Takes away what would carry something from one user to another, or send a copy elsewhere.</summary>
    /// <exception cref="InvalidOperationException">The handler has sent something, and was not like this.</exception>
    public static void Isolate(HttpClientHandler handler, bool isInAppMetrics)
    {
        if (!isInAppMetrics)
        {
            handler.MeterFactory = ShadowMeterFactory.Instance;
        }

        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;
        handler.UseProxy = handler.UseProxy && handler.Proxy is not null;
        handler.PreAuthenticate = false;
        handler.Credentials = null;
        handler.AutomaticDecompression = DecompressionMethods.None;
    }

    /// <summary>Whether the handler is as <see cref="Isolate"/> leaves it.</summary>
    public static bool IsIsolated(HttpClientHandler handler) =>
        handler
            is {
                AllowAutoRedirect: false,
                UseCookies: false,
                PreAuthenticate: false,
                Credentials: null,
                AutomaticDecompression: DecompressionMethods.None
            };
}
