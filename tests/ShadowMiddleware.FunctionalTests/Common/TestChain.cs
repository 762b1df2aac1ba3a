using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>A certificate whose issuer the server does not send: it says where to download it.</summary>
internal static class TestChain
{
    public static X509Certificate2 CreateLeaf(Uri issuer)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = Authority("CN=Root", rootKey).CreateSelfSigned(Now.AddDays(-1), Now.AddDays(2));
        using var issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var publicIssuer = Authority("CN=Issuer", issuerKey)
            .Create(root, Now.AddHours(-12), Now.AddDays(1), [1, 2, 3]);
        using var issuerCertificate = publicIssuer.CopyWithPrivateKey(issuerKey);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(null, [issuer.AbsoluteUri]));
        using var leaf = request.Create(issuerCertificate, Now.AddHours(-6), Now.AddHours(6), [4, 5, 6]);
        using var withKey = leaf.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), password: null);
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }
}
