using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>An authority of our own, with certificates that are wrong in one respect each.</summary>
internal static class TestAuthority
{
    private static readonly Lazy<X509Certificate2> Root = new(CreateRoot);
    private static readonly Lazy<X509Certificate2> GoodLeaf = new(() => CreateLeaf("127.0.0.1", days: 1));
    private static readonly Lazy<X509Certificate2> ExpiredLeaf = new(() => CreateLeaf("127.0.0.1", days: -1));
    private static readonly Lazy<X509Certificate2> ForeignLeaf = new(() => CreateLeaf("192.0.2.1", days: 1));

    public static X509Certificate2 Good => GoodLeaf.Value;

    public static X509Certificate2 Expired => ExpiredLeaf.Value;

    public static X509Certificate2 WrongName => ForeignLeaf.Value;

    /// <summary>Lets a client trust this authority, and leaves every other check as it is.</summary>
    public static void Trust(SocketsHttpHandler handler) =>
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { Root.Value },
            RevocationMode = X509RevocationMode.NoCheck,
        };

    private static X509Certificate2 CreateRoot()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test Authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-10), now.AddDays(10));
    }

    private static X509Certificate2 CreateLeaf(string address, int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={address}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());

        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.Create(
            Root.Value,
            now.AddDays(-5),
            now.AddDays(days),
            RandomNumberGenerator.GetBytes(8)
        );
        using var withKey = certificate.CopyWithPrivateKey(key);

        // A key that lives in memory only is not enough for every platform's TLS.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), password: null);
    }
}
