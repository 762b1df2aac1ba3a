using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.NonInterference;

/// <summary>The kinds of request that differ in how the mirror handles them.</summary>
internal static class ClientRequests
{
    private static readonly Dictionary<string, byte[]> _all = new(StringComparer.Ordinal)
    {
        ["GET"] = RawRequest.Get("/text"),
        ["POST of JSON"] = RawRequest.Build(
            "POST",
            "/binding",
            ["Content-Type: application/json"],
            SampleApp.NewOrderJson(1024)
        ),
        ["POST in chunks"] = RawRequest.Chunked("POST", "/copyto", [], new byte[64 * 1024]),
        ["POST that is not read"] = RawRequest.Build(
            "POST",
            "/unread",
            ["Content-Type: application/json"],
            SampleApp.NewOrderJson(1024)
        ),
    };

    public static IEnumerable<string> Names => _all.Keys;

    public static byte[] Get(string name) => _all[name];
}
