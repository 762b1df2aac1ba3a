using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;

namespace ShadowMiddleware.Connecting;

/// <summary>How the certificates of shadows are checked.</summary>
internal static class CertificatePolicy
{
    // Those that were made here.
    private static readonly ConditionalWeakTable<X509ChainPolicy, object?> _own = [];

    /// <summary>
    /// Has certificates checked as the platform checks them, but downloads none: a missing issuer would be fetched, by a thread that waits for
    /// it, from wherever the shadow's certificate says. A policy of the app's stays as it is. May be called again when the options have changed.
    /// </summary>
    public static void Apply(SslClientAuthenticationOptions options)
    {
        if (options.CertificateChainPolicy is null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                DisableCertificateDownloads = true,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            _own.Add(options.CertificateChainPolicy, value: null);
        }

        // Where there is a policy, the platform no longer looks at the option.
        var asksForRevocation = options.CertificateRevocationCheckMode != X509RevocationMode.NoCheck;
        if (asksForRevocation && _own.TryGetValue(options.CertificateChainPolicy, out _))
        {
            options.CertificateChainPolicy.RevocationMode = options.CertificateRevocationCheckMode;
        }
    }
}
