using System.Text;

namespace ShadowMiddleware.Hosting;

/// <summary>The encoding by which the app's server read the header fields of requests.</summary>
internal static class ServerHeaderEncoding
{
    /// <summary>The encoding of a field by its name; <see langword="null"/> stands for UTF-8, as it does for Kestrel.</summary>
    public static Func<string, Encoding?> Find(IServiceProvider services) =>
        KestrelOptions.Find(services)?.RequestHeaderEncodingSelector ?? (static _ => null);
}
