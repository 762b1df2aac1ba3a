namespace ShadowMiddleware.Fuzzer.Judging;

/// <summary>A copy as it has to be.</summary>
internal sealed record ExpectedCopy
{
    /// <summary>The name of the shadow, which stands in the tag.</summary>
    public required string Shadow { get; init; }

    /// <summary>Its <c>Host</c>; <see langword="null"/> when nobody can say what that is.</summary>
    public required string? Host { get; init; }

    public required string Method { get; init; }

    public required string Target { get; init; }

    /// <summary>All fields but those that the mirror adds to each copy.</summary>
    public required IReadOnlyDictionary<string, string> Fields { get; init; }

    /// <summary>Its body; <see langword="null"/> when nobody can say what that is.</summary>
    public required byte[]? Body { get; init; }
}
