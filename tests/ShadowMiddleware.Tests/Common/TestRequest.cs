using System.Diagnostics;
using Microsoft.Extensions.Primitives;
using ShadowMiddleware.Capture;

namespace ShadowMiddleware.Tests.Common;

/// <summary>Captured requests as the capture would have made them.</summary>
internal static class TestRequest
{
    public static CapturedRequest Get(string target = "/", params (string Name, StringValues Values)[] headers) =>
        Create("GET", target, headers);

    public static CapturedRequest Create(
        string method,
        string target,
        (string Name, StringValues Values)[] headers,
        ActivityContext trace = default,
        bool isGrpc = false,
        BlockPool? pool = null
    ) =>
        new()
        {
            Method = method,
            Target = target,
            Headers = [.. headers.Select(header => KeyValuePair.Create(header.Name, header.Values))],
            Trace = trace,
            IsGrpc = isGrpc,
            Pool = pool,
        };

    public static CapturedRequest Post(
        BlockPool pool,
        ReadOnlySpan<byte> body,
        params (string Name, StringValues Values)[] headers
    )
    {
        var request = Create("POST", "/", headers, pool: pool);
        var buffer = new PooledBodyBuffer(pool);
        Assert.True(buffer.Append(body).IsEmpty);
        request.Attach(buffer);
        return request;
    }
}
