using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Redaction;

/// <summary>Finds what is redacted in a JSON body.</summary>
internal static class JsonRedactor
{
    // Of each UTF-16 unit of a name: \u0061.
    private const int MostBytesPerUnit = 6;

    /// <summary>The platform's strict reader: no comments, no trailing commas, one document, and no deeper than the apps of the platform read.</summary>
    private static readonly JsonReaderOptions _strict = new() { MaxDepth = 64 };

    /// <summary>Reads a body from the front to the back, over its blocks.</summary>
    /// <param name="body">The body.</param>
    /// <param name="pointers">What to find; none when only the body itself is in question.</param>
    /// <param name="edits">What was found, if the body is JSON.</param>
    /// <returns>Whether the body is one whole JSON document (RFC 8259) in UTF-8. If not, what was found means nothing.</returns>
    public static bool TryFind(in ReadOnlySequence<byte> body, ImmutableArray<JsonPointer> pointers, BodyEdits edits)
    {
        if (!Utf8Text.IsValid(body))
        {
            return false;
        }

        // Parsers pass over the mark or refuse the document (section 8.1). Either way the rest is what it is.
        var markLength = StartsWithMark(body) ? Utf8Text.ByteOrderMark.Length : 0;
        try
        {
            Find(body.Slice(markLength), markLength, new PointerMatcher(pointers), edits);
            return true;
        }
        catch (JsonException)
        {
            // Its message quotes the body, so it goes nowhere.
            return false;
        }
        catch (InvalidOperationException)
        {
            // A name holds half of a surrogate pair. What a parser makes of it is anybody's guess.
            return false;
        }
    }

    private static void Find(in ReadOnlySequence<byte> document, long offset, PointerMatcher matcher, BodyEdits edits)
    {
        var name = ArrayPool<char>.Shared.Rent(Math.Max(1, MostBytesPerUnit * matcher.LongestName));
        try
        {
            var reader = new Utf8JsonReader(document, _strict);
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        ReadName(in reader, name, matcher);
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        matcher.Leave();
                        break;
                    default:
                        ReadValue(ref reader, offset, matcher, edits);
                        break;
                }
            }
        }
        finally
        {
            ArrayPool<char>.Shared.Return(name);
        }
    }

    private static void ReadName(in Utf8JsonReader reader, Span<char> buffer, PointerMatcher matcher)
    {
        // As it is written it is never shorter than what it means.
        var length = reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;
        if (length > buffer.Length)
        {
            matcher.OtherMember();
        }
        else
        {
            matcher.Member(buffer[..reader.CopyString(buffer)]);
        }
    }

    private static void ReadValue(ref Utf8JsonReader reader, long offset, PointerMatcher matcher, BodyEdits edits)
    {
        matcher.Value();
        var isContainer = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
        if (matcher.IsMatch)
        {
            var start = reader.TokenStartIndex;
            var replacement = reader.TokenType == JsonTokenType.String ? Replacement.JsonString : Replacement.JsonNull;
            reader.Skip();
            edits.Add(offset + start, reader.BytesConsumed - start, replacement);
        }
        else if (isContainer && matcher.LeadsOn)
        {
            matcher.Enter(isArray: reader.TokenType == JsonTokenType.StartArray);
        }
        else
        {
            reader.Skip();
        }
    }

    private static bool StartsWithMark(in ReadOnlySequence<byte> body) =>
        new SequenceReader<byte>(body).IsNext(Utf8Text.ByteOrderMark);
}
