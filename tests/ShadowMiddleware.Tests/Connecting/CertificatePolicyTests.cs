using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using ShadowMiddleware.Connecting;

namespace ShadowMiddleware.Tests.Connecting;

public sealed class CertificatePolicyTests
{
    private readonly SslClientAuthenticationOptions _options = new();

    [Fact]
    public void Apply_NothingIsSet_DownloadsNothingAndChecksNoRevocationAsThePlatform()
    {
        CertificatePolicy.Apply(_options);

        var policy = Assert.IsType<X509ChainPolicy>(_options.CertificateChainPolicy);
        using var chain = new X509Chain();
        Assert.True(policy.DisableCertificateDownloads);
        Assert.Equal(_options.CertificateRevocationCheckMode, policy.RevocationMode);
        Assert.Equal(chain.ChainPolicy.RevocationFlag, policy.RevocationFlag);
        Assert.Equal(chain.ChainPolicy.VerificationFlags, policy.VerificationFlags);
        Assert.Equal(chain.ChainPolicy.TrustMode, policy.TrustMode);
        Assert.True(policy.VerificationTimeIgnored);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Apply_RevocationIsAskedFor_ChecksIt(bool afterwards)
    {
        if (afterwards)
        {
            CertificatePolicy.Apply(_options);
        }

        _options.CertificateRevocationCheckMode = X509RevocationMode.Offline;
        CertificatePolicy.Apply(_options);

        Assert.Equal(X509RevocationMode.Offline, _options.CertificateChainPolicy?.RevocationMode);
    }

    [Fact]
    public void Apply_RevocationIsAskedForInThePolicy_LeavesIt()
    {
        CertificatePolicy.Apply(_options);
        _options.CertificateChainPolicy!.RevocationMode = X509RevocationMode.Offline;

        CertificatePolicy.Apply(_options);

        Assert.Equal(X509RevocationMode.Offline, _options.CertificateChainPolicy.RevocationMode);
    }

    [Fact]
    public void Apply_ThereIsAPolicyOfTheApps_LeavesIt()
    {
        var own = new X509ChainPolicy();
        _options.CertificateChainPolicy = own;
        _options.CertificateRevocationCheckMode = X509RevocationMode.NoCheck;

        CertificatePolicy.Apply(_options);

        Assert.Same(own, _options.CertificateChainPolicy);
        Assert.False(own.DisableCertificateDownloads);
        Assert.Equal(X509RevocationMode.Online, own.RevocationMode);
    }
}
