using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Shaping;

public sealed class ClientCertificateTests : FunctionalTest
{
    [Theory]
    [InlineData(true, "seen 1, completed.2xx 1")]
    [InlineData(false, "seen 1, failed.")]
    public async Task Copy_ToAShadowThatWantsACertificate_ArrivesWithOneOnly(bool hasOne, string expected)
    {
        string? presented = null;
        await using var shadow = await StartShadowAsync(context =>
        {
            presented = context.Connection.ClientCertificate?.Thumbprint;
            return Task.CompletedTask;
        });
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Urls.Single() },
            ConfigureMirroring = mirroring =>
                mirroring.ConfigureShadowClient(
                    "v2",
                    client =>
                        client.UseSocketsHttpHandler(
                            (handler, _) =>
                            {
                                TestAuthority.Trust(handler);
                                handler.SslOptions.ClientCertificates = hasOne ? [TestAuthority.Good] : null;
                            }
                        )
                ),
        }.StartAsync(Token);

        await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);
        var ledger = LedgerAssert.Describe(await environment.WaitUntilSettledAsync(Token));

        Assert.StartsWith(expected, ledger, StringComparison.Ordinal);
        Assert.Equal(hasOne ? TestAuthority.Good.Thumbprint : null, presented);
    }

    private async Task<WebApplication> StartShadowAsync(RequestDelegate handler)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(
                IPAddress.Loopback,
                0,
                endpoint =>
                    endpoint.UseHttps(
                        TestAuthority.Good,
                        https =>
                        {
                            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                            https.ClientCertificateValidation = static (certificate, _, _) => IsKnown(certificate);
                        }
                    )
            )
        );
        var app = builder.Build();
        app.Run(handler);
        await app.StartAsync(Token);
        return app;
    }

    private static bool IsKnown(X509Certificate2 certificate) => certificate.Equals(TestAuthority.Good);
}
