using System.Buffers;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Redaction;

/// <summary>Decides what a body is, and finds what is redacted in it. What cannot be redacted with certainty is refused.</summary>
internal static class BodyRedactor
{
    private const string Identity = "identity";

    /// <param name="body">The body of the copy; not empty.</param>
    /// <param name="contentType">The copy's <c>Content-Type</c>: the shadow sees no other.</param>
    /// <param name="contentEncoding">The copy's <c>Content-Encoding</c>.</param>
    /// <param name="redaction">What to find; a part of it that is not set changes nothing in a body of its kind.</param>
    /// <returns>What is to be replaced; none when the body may go as it is.</returns>
    /// <exception cref="NotSupportedException">It is neither JSON nor a form beyond doubt. The message holds nothing of it.</exception>
    public static BodyEdits Find(
        in ReadOnlySequence<byte> body,
        string? contentType,
        string? contentEncoding,
        RedactionConfiguration redaction
    )
    {
        if (!IsIdentity(contentEncoding))
        {
            throw new NotSupportedException("The body is encoded, so that it cannot be redacted.");
        }

        var type = BodyType.Read(contentType);
        if (!type.IsUtf8)
        {
            throw new NotSupportedException("The body may not be UTF-8, so that it cannot be redacted.");
        }

        var edits = new BodyEdits();
        if (JsonRedactor.TryFind(body, redaction.Json ?? [], edits))
        {
            return type.MayBeUrlEncoded ? CheckReadAsForm(body, redaction, edits) : edits;
        }

        edits = new BodyEdits();
        if (type.IsUrlEncoded && FormSyntax.IsForm(body))
        {
            if (redaction.Form is not null)
            {
                PairRedactor.Find(body, redaction.Form, edits);
            }

            return edits;
        }

        return type.Boundary is { } boundary && MultipartRedactor.TryFind(body, boundary, redaction, edits)
            ? edits
            : throw new NotSupportedException(
                "The body is neither JSON nor a form beyond doubt, so that it cannot be redacted."
            );
    }

    // JSON that is called a form, as careless clients call it: whoever believes the name finds fields in it.
    private static BodyEdits CheckReadAsForm(
        in ReadOnlySequence<byte> body,
        RedactionConfiguration redaction,
        BodyEdits edits
    )
    {
        if (redaction.Form is null)
        {
            return edits;
        }

        var fields = new BodyEdits();
        PairRedactor.Find(body, redaction.Form, fields);
        return fields.Count == 0
            ? edits
            : throw new NotSupportedException(
                "The body is JSON, and is called a form with fields that are to be redacted: it cannot be both."
            );
    }

    private static bool IsIdentity(string? contentEncoding)
    {
        foreach (var range in contentEncoding.AsSpan().Split(','))
        {
            var coding = contentEncoding.AsSpan()[range].Trim();
            if (!coding.IsEmpty && !coding.Equals(Identity, StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        return true;
    }
}
