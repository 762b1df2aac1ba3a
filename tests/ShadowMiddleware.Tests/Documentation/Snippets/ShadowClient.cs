using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// Outside of the library's namespaces, as the code of a reader is.
namespace ReadersApp;

internal static class ShadowClient
{
    public static void ClientCertificate(
        WebApplicationBuilder builder,
        System.Security.Cryptography.X509Certificates.X509Certificate2 certificate
    )
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

    public static void DevelopmentCertificate(
        WebApplicationBuilder builder,
        System.Security.Cryptography.X509Certificates.X509Certificate2 trusted
    )
    {
        #region development-certificate
        var mirroring = builder.Services.AddTrafficMirroring(builder.Configuration.GetSection("TrafficMirroring"));

        if (builder.Environment.IsDevelopment())
        {
            mirroring.ConfigureShadowClient(
                "v2",
                client =>
                    client.UseSocketsHttpHandler(
                        (handler, _) =>
                            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                                trusted.Equals(certificate)
                    )
            );
        }
        #endregion
    }
}
