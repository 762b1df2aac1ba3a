using System.Buffers;

namespace ShadowMiddleware.Selection;

/// <summary>Compares what stands in a query, encoded as it is, with a text. The platform's own way makes a string of what it decodes.</summary>
internal static class QueryText
{
    private const int OnStack = 256;

    // A character takes three escapes of three characters each at the most.
    private const int MaxEncodedLength = 9;

    private static readonly SearchValues<char> _marks = SearchValues.Create("%+");

    /// <param name="encoded">A name or a value of a query. What is no escape, or not UTF-8, stands for itself.</param>
    /// <param name="text">What it may be when it is decoded.</param>
    /// <param name="comparison">How to compare.</param>
    public static bool Equals(ReadOnlySpan<char> encoded, string text, StringComparison comparison)
    {
        if (!encoded.ContainsAny(_marks))
        {
            return encoded.Equals(text, comparison);
        }

        // What cannot be as long as the text is not decoded at all, however long it is.
        if (encoded.Length < text.Length || encoded.Length > text.Length * MaxEncodedLength)
        {
            return false;
        }

        var rented = encoded.Length > OnStack ? ArrayPool<char>.Shared.Rent(encoded.Length) : null;
        var decoded = (rented is null ? stackalloc char[OnStack] : rented)[..encoded.Length];
        encoded.Replace(decoded, '+', ' ');
        Uri.TryUnescapeDataString(decoded, decoded, out var length);
        var isEqual = decoded[..length].Equals(text, comparison);
        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }

        return isEqual;
    }
}
