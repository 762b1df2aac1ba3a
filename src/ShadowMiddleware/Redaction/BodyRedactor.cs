using System.Buffers;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Redaction;

/// <summary>Decides what a body is, and finds what is redacted in it. What cannot be redacted with certainty is refused.</summary>
internal static class BodyRedactor
{
    private const string Identity = "identity";

    /// <summary>How many bytes are looked at in one slice, and a token, a pair or a part of a form that began in it.</summary>
    internal const int SliceLength = 64 * 1024;

    /// <summary>Looks a body through in slices, so that who does it can do other work in between.</summary>
    /// <param name="body">The body of the copy; not empty, and not to be released before the last slice.</param>
    /// <param name="contentType">The copy's <c>Content-Type</c>: the shadow sees no other.</param>
    /// <param name="contentEncoding">The copy's <c>Content-Encoding</c>.</param>
    /// <param name="redaction">What to find; a part of it that is not set changes nothing in a body of its kind.</param>
    /// <param name="charge">Asked for room for the edits; see <see cref="BodyEdits(Func{int, bool})"/>.</param>
    /// <returns>
    /// Each step does one slice of work. It gives <see langword="null"/> while there is more to do, and in the end what is to be replaced, which is nothing when the body
    /// may go as it is.
    /// </returns>
    /// <exception cref="NotSupportedException">In a step: it is neither JSON nor a form beyond doubt. The message holds nothing of it.</exception>
    /// <exception cref="ByteBudgetException">In a step: there was no room for the edits.</exception>
    public static IEnumerable<BodyEdits?> Find(
        ReadOnlySequence<byte> body,
        string? contentType,
        string? contentEncoding,
        RedactionConfiguration redaction,
        Func<int, bool>? charge = null
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

        var edits = new BodyEdits(charge);
        var json = new JsonRedactor(body, redaction.Json, edits);
        bool? isJson;
        while ((isJson = json.Step()) is null)
        {
            yield return null;
        }

        if (isJson is true)
        {
            if (type.MayBeUrlEncoded && redaction.Form is not null)
            {
                foreach (var slice in CheckReadAsForm(body, redaction.Form))
                {
                    yield return slice;
                }
            }

            yield return edits;
            yield break;
        }

        foreach (var slice in FindInForm(body, type, redaction, charge))
        {
            yield return slice;
        }
    }

    private static IEnumerable<BodyEdits?> FindInForm(
        ReadOnlySequence<byte> body,
        BodyType type,
        RedactionConfiguration redaction,
        Func<int, bool>? charge
    )
    {
        var edits = new BodyEdits(charge);
        if (type.IsUrlEncoded && FormSyntax.IsForm(body))
        {
            yield return null;
            var pairs = redaction.Form is null ? null : new PairRedactor(body, redaction.Form, edits);
            while (pairs?.Step() is false)
            {
                yield return null;
            }

            yield return edits;
            yield break;
        }

        bool? isForm = false;
        if (type.Boundary is { } boundary)
        {
            var parts = new MultipartRedactor(body, boundary, redaction, edits);
            while ((isForm = parts.Step()) is null)
            {
                yield return null;
            }
        }

        yield return isForm is true
            ? edits
            : throw new NotSupportedException(
                "The body is neither JSON nor a form beyond doubt, so that it cannot be redacted."
            );
    }

    // JSON that is called a form, as careless clients call it: whoever believes the name finds fields in it.
    private static IEnumerable<BodyEdits?> CheckReadAsForm(ReadOnlySequence<byte> body, RedactedNames names)
    {
        var fields = new BodyEdits();
        var pairs = new PairRedactor(body, names, fields);
        for (var isDone = false; !isDone; )
        {
            isDone = pairs.Step();
            if (fields.Count > 0)
            {
                throw new NotSupportedException(
                    "The body is JSON, and is called a form with fields that are to be redacted: it cannot be both."
                );
            }

            yield return null;
        }
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
