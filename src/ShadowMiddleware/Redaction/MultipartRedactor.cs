using System.Buffers;
using System.Text;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Redaction;

/// <summary>Finds the values of fields in a multipart form (RFC 7578), files included, in slices.</summary>
internal sealed class MultipartRedactor
{
    // As much as ASP.NET reads of the header of a part.
    private const int MaxHeaderLength = 16 * 1024;

    private readonly byte[] _delimiter;
    private readonly RedactionConfiguration _redaction;
    private readonly BodyEdits _edits;
    private ReadOnlySequence<byte> _rest;
    private long _offset;

    /// <param name="body">The body.</param>
    /// <param name="boundary">What divides its parts.</param>
    /// <param name="redaction">Which fields to find. A part that is called JSON is refused where there is JSON to redact.</param>
    /// <param name="edits">What was found, if the body is a form.</param>
    public MultipartRedactor(
        in ReadOnlySequence<byte> body,
        string boundary,
        RedactionConfiguration redaction,
        BodyEdits edits
    )
    {
        _delimiter = Encoding.ASCII.GetBytes($"--{boundary}");
        _redaction = redaction;
        _edits = edits;
        _rest = body;
    }

    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    private static ReadOnlySpan<byte> HeaderEnd => "\r\n\r\n"u8;

    private static ReadOnlySpan<byte> Close => "--"u8;

    /// <summary>Looks at one slice more.</summary>
    /// <returns>
    /// <see langword="null"/> while there is more; then whether the body is a form that every reader divides alike: no text before or behind the parts, and the boundary
    /// nowhere but where parts meet. If not, what was found means nothing.
    /// </returns>
    public bool? Step()
    {
        var reader = new SequenceReader<byte>(_rest);
        if (_offset == 0 && !reader.IsNext(_delimiter, advancePast: true))
        {
            return false;
        }

        while (!reader.IsNext(Close, advancePast: true))
        {
            if (!TryReadPart(ref reader))
            {
                return false;
            }

            if (reader.Consumed >= BodyRedactor.SliceLength)
            {
                _offset += reader.Consumed;
                _rest = reader.UnreadSequence;
                return null;
            }
        }

        _ = reader.IsNext(LineEnd, advancePast: true);
        return reader.End;
    }

    // From behind a delimiter to behind the next.
    private bool TryReadPart(ref SequenceReader<byte> reader)
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
            headerBytes.IndexOf(_delimiter) >= 0
            || PartHeaders.Read(headerBytes) is not { } part
            || (part.IsJson && _redaction.Json is not null)
        )
        {
            return false;
        }

        var start = _offset + reader.Consumed;
        if (!reader.TryReadTo(out ReadOnlySequence<byte> content, _delimiter))
        {
            return false;
        }

        // The end of the line in front of a delimiter belongs to it.
        var length = content.Length - LineEnd.Length;
        if (length < 0 || !new SequenceReader<byte>(content.Slice(length)).IsNext(LineEnd))
        {
            return false;
        }

        if (_redaction.Form?.Contains(part.Name) == true)
        {
            _edits.Add(start, length, Replacement.Word);
        }

        return true;
    }
}
