using System.Buffers;
using Microsoft.Net.Http.Headers;

namespace ShadowMiddleware.Redaction;

/// <summary>What <c>Content-Type</c> says of a body, as far as redaction has to know.</summary>
internal sealed record BodyType
{
    private const string UrlEncoded = "application/x-www-form-urlencoded";
    private const string FormData = "multipart/form-data";
    private const string Charset = "charset";
    private const string BoundaryParameter = "boundary";

    // RFC 2046 section 5.1.1. What goes beyond it, some readers repair in their own way.
    private const int MaxBoundaryLength = 70;
    private static readonly SearchValues<char> _boundaryCharacters = SearchValues.Create(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+_,-./:=? "
    );

    /// <summary>Whether nobody has reason to read it in another encoding than UTF-8.</summary>
    public required bool IsUtf8 { get; init; }

    /// <summary>Whether it is called a form whose pairs are URL-encoded.</summary>
    public required bool IsUrlEncoded { get; init; }

    /// <summary>Whether somebody who is less strict might take it for one.</summary>
    public required bool MayBeUrlEncoded { get; init; }

    /// <summary>What divides the parts of a multipart form; <see langword="null"/> when it is not called one, or no reader has to take it for one.</summary>
    public required string? Boundary { get; init; }

    public static BodyType Read(string? contentType)
    {
        contentType ??= "";
        _ = MediaTypeHeaderValue.TryParse(contentType, out var parsed);
        return new()
        {
            IsUtf8 = ReadIsUtf8(contentType, parsed),
            IsUrlEncoded = parsed?.MediaType.Equals(UrlEncoded, StringComparison.OrdinalIgnoreCase) == true,
            MayBeUrlEncoded = contentType.Contains("urlencoded", StringComparison.OrdinalIgnoreCase),
            Boundary =
                parsed?.MediaType.Equals(FormData, StringComparison.OrdinalIgnoreCase) == true
                    ? ReadBoundary(parsed)
                    : null,
        };
    }

    // What mentions a charset and cannot be read may name any to a reader that is less strict.
    private static bool ReadIsUtf8(string contentType, MediaTypeHeaderValue? parsed)
    {
        if (!contentType.Contains(Charset, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        return parsed is not null
            && ReadOnly(parsed, Charset) is { } charset
            && (
                charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
                || charset.Equals("utf8", StringComparison.OrdinalIgnoreCase)
            );
    }

    private static string? ReadBoundary(MediaTypeHeaderValue parsed) =>
        ReadOnly(parsed, BoundaryParameter) is { Length: > 0 and <= MaxBoundaryLength } boundary
        && !boundary.AsSpan().ContainsAnyExcept(_boundaryCharacters)
        && !boundary.EndsWith(' ')
            ? boundary
            : null;

    /// <returns>The value of a parameter that is there once, and in no extended form (RFC 8187); otherwise <see langword="null"/>.</returns>
    private static string? ReadOnly(MediaTypeHeaderValue parsed, string name)
    {
        string? value = null;
        foreach (var parameter in parsed.Parameters)
        {
            if (!parameter.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (value is not null || parameter.Name.Length != name.Length)
            {
                return null;
            }

            value = HeaderUtilities.RemoveQuotes(parameter.Value).ToString();
        }

        return value;
    }
}
