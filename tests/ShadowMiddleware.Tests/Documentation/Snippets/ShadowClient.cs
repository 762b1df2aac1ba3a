using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ShadowMiddleware.Tests.Documentation.Snippets;

internal static class ShadowClient
{
    public static void ClientCertificate(WebApplicationBuilder builder, X509Certificate2 certificate)
    {
        #region client-certificate
        builder
            .Services.AddTrafficMirroring(builder.Configuration.GetSection("TrafficMirroring"))
            .ConfigureShadowClient(
                "v2",
                client =>
                    client.UseSocketsHttpHandler((handler, _) => handler.SslOptions.ClientCertificates = [certificate])
            );
        #endregion
    }
}
