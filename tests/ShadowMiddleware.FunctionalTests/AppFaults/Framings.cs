namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>The ways in which a request says how long its body is. In HTTP/2 a body is chunked when it has no length.</summary>
internal static class Framings
{
    public const string None = "no body";
    public const string Length = "length";
    public const string Chunked = "chunked";

    public static readonly string[] All = [None, Length, Chunked];
}
