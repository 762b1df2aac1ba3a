using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Matrix;

/// <summary>A kind of request that differs in how the mirror handles it: one column of the matrix.</summary>
internal sealed record RequestKind(string Name, string Method, string Path, int Status = 200)
{
    public static readonly IReadOnlyList<RequestKind> All =
    [
        new("GET", "GET", "/text"),
        new("HEAD", "HEAD", "/text"),
        new("GET with 20 KB of fields", "GET", "/text") { Fields = BigFields },
        new("GET whose response is streamed", "GET", "/stream"),
        new("DELETE without a body", "DELETE", "/text"),
        new("POST of JSON", "POST", "/binding")
        {
            Shape = "json",
            Length = 1024,
            ContentType = "application/json",
        },
        new("POST without a length", "POST", "/copyto")
        {
            Shape = "plain",
            Length = 64 * 1024,
            HasLength = false,
        },
        new("POST of 900 KB", "POST", "/copyto") { Shape = "plain", Length = 900_000 },
        new("POST that the app does not read", "POST", "/unread")
        {
            Shape = "plain",
            Length = 1024,
            MayArriveLate = true,
        },
        new("upload of a form", "POST", "/form")
        {
            Shape = "form",
            Length = 20_000,
            ContentType = $"multipart/form-data; boundary={MarkedBody.FormBoundary}",
        },
        new("POST at which the app throws", "POST", "/throw", Status: 500)
        {
            Shape = "plain",
            Length = 1024,
            MayArriveLate = true,
        },
        new("GET whose client leaves in the response", "GET", "/hold") { ClientLeaves = true },
        new("POST whose client leaves in the body", "POST", "/upload") { ClientLeaves = true, IsMirrored = false },
    ];

    /// <summary>What <see cref="MarkedBody"/> makes; <see langword="null"/> when there is no body.</summary>
    public string? Shape { get; private init; }

    public int Length { get; private init; }

    public bool HasLength { get; private init; } = true;

    public string? ContentType { get; private init; }

    public IReadOnlyList<(string Name, string Value)> Fields { get; private init; } = [];

    /// <summary>Whether the client breaks off once it has seen the head of the response.</summary>
    public bool ClientLeaves { get; private init; }

    /// <summary>Whether there is a copy: of a body that never arrived whole there is none.</summary>
    public bool IsMirrored { get; private init; } = true;

    /// <summary>Whether the app may be done before the body is there, which it does not read: then there is no copy either.</summary>
    public bool MayArriveLate { get; private init; }

    private static IReadOnlyList<(string Name, string Value)> BigFields =>
        [.. Enumerable.Range(0, 10).Select(i => ($"X-Big-{i}", new string((char)('a' + i), 2000)))];

    public string? Mark(int owner) => Shape is null ? null : MarkedBody.Mark(Shape, Length, owner);
}
