using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ShadowMiddleware.LoadTest.Faults;

/// <summary>A certificate for loopback below an intermediate authority that nobody is given.</summary>
internal static class IncompleteChain
{
    /// <param name="issuer">Where the certificate says that its issuer can be downloaded.</param>
    public static X509Certificate2 CreateLeaf(Uri issuer)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = Describe("Load Test Root", rootKey, authority: true)
            .CreateSelfSigned(Now.AddDays(-3), Now.AddDays(3));
        using var intermediateKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var intermediate = Sign(Describe("Load Test Issuer", intermediateKey, authority: true), root, days: 2);
        using var signing = intermediate.CopyWithPrivateKey(intermediateKey);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Describe("127.0.0.1", key, authority: false);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509AuthorityInformationAccessExtension(ocspUris: null, caIssuersUris: [issuer.AbsoluteUri])
        );
        using var leaf = Sign(request, signing, days: 1);
        return leaf.CopyWithPrivateKey(key);
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static CertificateRequest Describe(string name, ECDsa key, bool authority)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, true));
        return request;
    }

    private static X509Certificate2 Sign(CertificateRequest request, X509Certificate2 issuer, int days) =>
        request.Create(issuer, Now.AddDays(-days), Now.AddDays(days), RandomNumberGenerator.GetBytes(8));
}
