using ShadowMiddleware.Fuzzer.Apps;

namespace ShadowMiddleware.Fuzzer.Shadows;

/// <summary>A copy as it stood on the wire.</summary>
/// <param name="Head">All bytes up to the body.</param>
/// <param name="Body">The body, without framing.</param>
/// <param name="IsChunked">Whether the body was framed in chunks.</param>
internal sealed record ReceivedCopy(byte[] Head, byte[] Body, bool IsChunked)
{
    public required string Method { get; init; }

    public required string Target { get; init; }

    public required string Version { get; init; }

    /// <summary>All fields, one entry for each line, values without the blanks around them.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Fields { get; init; }

    /// <summary>Copies by the request that they belong to.</summary>
    /// <exception cref="FuzzFailure">One belongs to none, or is a second one.</exception>
    public static Dictionary<string, ReceivedCopy> ByRequest(IEnumerable<ReceivedCopy> copies)
    {
        var byRequest = new Dictionary<string, ReceivedCopy>(StringComparer.Ordinal);
        foreach (var copy in copies)
        {
            if (copy.Value(ArrivalRecorder.IdHeader) is not { } id || !byRequest.TryAdd(id, copy))
            {
                throw new FuzzFailure($"A copy that belongs to no request, or a second one of the same:\n{copy}");
            }
        }

        return byRequest;
    }

    /// <summary>The values of all lines of a field; <see langword="null"/> when there is none.</summary>
    public string? Value(string name)
    {
        var values = Fields
            .Where(field => field.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
            .Select(field => field.Value)
            .ToArray();
        var separator = name.Equals("Cookie", StringComparison.OrdinalIgnoreCase) ? "; " : ", ";
        return values.Length == 0 ? null : string.Join(separator, values);
    }

    public override string ToString() => $"{Escaped.Text(Head)}{Escaped.Text(Body)}\n[body: {Body.Length} bytes]";
}
