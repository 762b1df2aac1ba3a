using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Matrix;

/// <summary>Faults of a shadow behind https.</summary>
internal static class TlsFaults
{
    private const string Tls = "failed.tls";

    public static IEnumerable<ShadowFault> All =>
        [
            Of("has no fault, with TLS", Secured(TestAuthority.Good, ShadowScripts.Ok), "completed.2xx") with
            {
                KeepsConnections = true,
            },
            Of("has a certificate that nobody vouches for", Secured(TestCertificate.Instance, ShadowScripts.Ok), Tls),
            Of("has a certificate of another name", Secured(TestAuthority.WrongName, ShadowScripts.Ok), Tls),
            Of("has a certificate that has expired", Secured(TestAuthority.Expired, ShadowScripts.Ok), Tls),
            Of("speaks no TLS", ShadowScripts.Speak("HTTP/1.1 400 Bad Request\r\n\r\n"), Tls),
            Of("closes in the handshake", Cut("\u0016\u0003\u0003\0\u007a\u0002\0\0"), Tls),
            Of("closes before the handshake", ShadowScripts.Close(), Tls, "failed.reset"),
            Of("resets in the handshake", ShadowScripts.Reset(), Tls, "failed.reset", "failed.connect"),
            Of("answers the handshake with an alert", Cut("\u0015\u0003\u0003\0\u0002\u0002\u0028"), Tls),
            Of("speaks TLS 1.0 only", Speak(OldServerHello), Tls),
            Of("hangs in the handshake", ShadowScripts.Hang(), ShadowFault.Timeout),
            Of(
                "closes in the response, with TLS",
                Secured(TestAuthority.Good, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"),
                "failed.reset"
            ) with
            {
                ShowsInBody = true,
            },
            Of("speaks no HTTP/2, with TLS", Secured(TestAuthority.Good, ShadowScripts.Ok), Tls, "failed.protocol") with
            {
                Version = ShadowFault.Http2,
            },
        ];

    // A ServerHello of TLS 1.0 with a suite of its time (RFC 2246 section 7.4.1.3).
    private static string OldServerHello =>
        "\u0016\u0003\u0001\0\u002a\u0002\0\0\u0026\u0003\u0001" + new string('r', 32) + "\0\0\u002f\0";

    private static ShadowFault Of(string name, ShadowScript script, params string[] outcomes) =>
        new(
            name,
            ShadowFault.Http1,
            () => FaultyShadow.Of(script, scheme: "https", configureClient: TestAuthority.Trust),
            outcomes
        );

    /// <summary>Answers requests over TLS; closes after a response that is not whole.</summary>
    private static ShadowScript Secured(X509Certificate2 certificate, string response) =>
        async (connection, token) =>
        {
            await using var tls = new SslStream(connection.Stream, leaveInnerStreamOpen: true);
            try
            {
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificate = certificate },
                    token
                );
            }
            catch (AuthenticationException)
            {
                // The client did not like the certificate, as it should.
                return;
            }

            var reader = new RawMessageReader(tls);
            while (await reader.ReadRequestAsync(token) is { } request)
            {
                connection.Check(request.Value(MarkedBody.Field), request.Body, offset: 0);
                await tls.WriteAsync(Encoding.Latin1.GetBytes(ShadowScripts.For(request, response)), token);
                if (response != ShadowScripts.Ok)
                {
                    return;
                }
            }
        };

    /// <summary>Waits for the client's hello, writes, and closes.</summary>
    private static ShadowScript Cut(string bytes) =>
        async (connection, token) =>
        {
            await connection.ReadExactlyAsync(new byte[5], token);
            await connection.WriteAsync(bytes, token);
        };

    /// <summary>Waits for the client's hello, writes, and reads on.</summary>
    private static ShadowScript Speak(string bytes) =>
        async (connection, token) =>
        {
            await connection.ReadExactlyAsync(new byte[5], token);
            await connection.WriteAsync(bytes, token);
            await connection.DiscardAsync(token);
        };
}
