using System.Globalization;

namespace ShadowMiddleware.Hosting;

/// <summary>Knows how long a body may be that the server takes.</summary>
internal sealed class ServerBodyLimit(IServiceProvider services)
{
    /// <summary>The server's limit in words, where it is above a number of bytes; else, and where no limit is known, <see langword="null"/>.</summary>
    public string? DescribeAbove(long bytes)
    {
        if (KestrelOptions.Find(services)?.Limits is not { } limits)
        {
            return null;
        }

        return limits.MaxRequestBodySize switch
        {
            null => "any number of bytes",
            { } most when most > bytes => string.Create(CultureInfo.InvariantCulture, $"up to {most} bytes"),
            _ => null,
        };
    }
}
