using System.Buffers;
using System.Text;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Redaction;

/// <summary>Finds the values of fields in a multipart form (RFC 7578), files included.</summary>
internal static class MultipartRedactor
{
    // As much as ASP.NET reads of the header of a part.
    private const int MaxHeaderLength = 16 * 1024;

    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    private static ReadOnlySpan<byte> HeaderEnd => "\r\n\r\n"u8;

    private static ReadOnlySpan<byte> Close => "--"u8;

    /// <param name="body">The body.</param>
    /// <param name="boundary">What divides its parts.</param>
    /// <param name="redaction">Which fields to find. A part that is called JSON is refused where there is JSON to redact.</param>
    /// <param name="edits">What was found, if the body is a form.</param>
    /// <returns>
    /// Whether the body is a form that every reader divides alike: no text before or behind the parts, and the boundary nowhere but where parts meet. If not, what
    /// was found means nothing.
    /// </returns>
    public static bool TryFind(
        in ReadOnlySequence<byte> body,
        string boundary,
        RedactionConfiguration redaction,
        BodyEdits edits
    )
    {
        ReadOnlySpan<byte> delimiter = Encoding.ASCII.GetBytes($"--{boundary}");
        var reader = new SequenceReader<byte>(body);
        if (!reader.IsNext(delimiter, advancePast: true))
        {
            return false;
        }

        while (!reader.IsNext(Close, advancePast: true))
        {
            if (!TryReadPart(ref reader, delimiter, redaction, edits))
            {
                return false;
            }
        }

        _ = reader.IsNext(LineEnd, advancePast: true);
        return reader.End;
    }

    // From behind a delimiter to behind the next.
    private static bool TryReadPart(
        ref SequenceReader<byte> reader,
        ReadOnlySpan<byte> delimiter,
        RedactionConfiguration redaction,
        BodyEdits edits
    )
    {
        if (
            !reader.IsNext(LineEnd, advancePast: true)
            || !reader.TryReadTo(out ReadOnlySequence<byte> header, HeaderEnd)
            || header.Length > MaxHeaderLength
        )
        {
            return false;
        }

        ReadOnlySpan<byte> headerBytes = header.ToArray();
        if (
            headerBytes.IndexOf(delimiter) >= 0
            || PartHeaders.Read(headerBytes) is not { } part
            || (part.IsJson && redaction.Json is not null)
        )
        {
            return false;
        }

        var start = reader.Consumed;
        if (!reader.TryReadTo(out ReadOnlySequence<byte> content, delimiter))
        {
            return false;
        }

        // The end of the line in front of a delimiter belongs to it.
        var length = content.Length - LineEnd.Length;
        if (length < 0 || !new SequenceReader<byte>(content.Slice(length)).IsNext(LineEnd))
        {
            return false;
        }

        if (redaction.Form?.Contains(part.Name) == true)
        {
            edits.Add(start, length, Replacement.Word);
        }

        return true;
    }
}
