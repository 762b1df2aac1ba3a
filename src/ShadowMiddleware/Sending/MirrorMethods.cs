using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.Sending;

/// <summary>The methods of copies.</summary>
internal static class MirrorMethods
{
    private static readonly HttpMethod[] Known =
    [
        HttpMethod.Get,
        HttpMethod.Post,
        HttpMethod.Put,
        HttpMethod.Patch,
        HttpMethod.Delete,
        HttpMethod.Head,
        HttpMethod.Options,
        HttpMethod.Trace,
        HttpMethod.Query,
    ];

    /// <exception cref="NotSupportedException">The client would send another spelling: it writes <c>get</c> as <c>GET</c>.</exception>
    public static HttpMethod Get(string method)
    {
        foreach (var known in Known)
        {
            if (HttpMethods.Equals(known.Method, method))
            {
                return string.Equals(known.Method, method, StringComparison.Ordinal)
                    ? known
                    : throw new NotSupportedException(
                        "The method is a standard one in other letters, which the HTTP client cannot send."
                    );
            }
        }

        return new HttpMethod(method);
    }
}
