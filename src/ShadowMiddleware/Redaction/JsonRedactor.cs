using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Redaction;

/// <summary>Finds what is redacted in one JSON body, from the front to the back, over its blocks, in slices.</summary>
internal sealed class JsonRedactor
{
    // Of each UTF-16 unit of a name: \u0061.
    private const int MostBytesPerUnit = 6;

    // Longer ones are only compared when they are printable ASCII, or no longer than what is asked for.
    private const int MostBytesOfOddName = 4096;
    private const int NotSkipping = -1;

    /// <summary>The platform's strict reader: no comments, no trailing commas, one document, and no deeper than the apps of the platform read.</summary>
    private static readonly JsonReaderOptions _strict = new() { MaxDepth = 64 };

    private readonly PointerMatcher _matcher;
    private readonly BodyEdits _edits;
    private readonly bool _refusesReferences;
    private ReadOnlySequence<byte> _rest;
    private long _offset;
    private bool _hasBegun;
    private JsonReaderState _state = new(_strict);

    // The container that is passed over, because all of it is redacted or nothing of it can be.
    private int _skippedDepth = NotSkipping;
    private long? _redactedFrom;

    /// <param name="body">The body.</param>
    /// <param name="pointers">What to find; <see langword="null"/> when only the body itself is in question.</param>
    /// <param name="edits">What was found, if the body is JSON.</param>
    public JsonRedactor(in ReadOnlySequence<byte> body, ImmutableArray<JsonPointer>? pointers, BodyEdits edits)
    {
        _matcher = new PointerMatcher(pointers ?? []);
        _refusesReferences = pointers is not null;
        _edits = edits;

        // Parsers pass over the mark or refuse the document (RFC 8259 section 8.1). Either way the rest is what it is.
        _offset = new SequenceReader<byte>(body).IsNext(Utf8Text.ByteOrderMark) ? Utf8Text.ByteOrderMark.Length : 0;
        _rest = body.Slice(_offset);
    }

    /// <summary>Reads one slice more.</summary>
    /// <returns>
    /// <see langword="null"/> while there is more to read; then whether the body is one whole JSON document (RFC 8259) in UTF-8. If not, what was found means nothing.
    /// </returns>
    /// <exception cref="NotSupportedException">It is, and cannot be redacted with certainty.</exception>
    public bool? Step()
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            return Utf8Text.IsValid(_rest) ? null : false;
        }

        var longest = Math.Max(MostBytesOfOddName, MostBytesPerUnit * _matcher.LongestName);
        var name = ArrayPool<char>.Shared.Rent(longest);
        try
        {
            return Step(name.AsSpan(0, longest));
        }
        catch (JsonException)
        {
            // Its message quotes the body, so it goes nowhere.
            return false;
        }
        catch (InvalidOperationException exception) when (exception is not ByteBudgetException)
        {
            // A name holds half of a surrogate pair. What a parser makes of it is anybody's guess.
            return false;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(name);
        }
    }

    private bool? Step(Span<char> name)
    {
        var reader = new Utf8JsonReader(_rest, isFinalBlock: true, _state);
        while (reader.BytesConsumed < BodyRedactor.SliceLength)
        {
            if (!reader.Read())
            {
                return true;
            }

            if (reader.TokenType == JsonTokenType.PropertyName && _refusesReferences)
            {
                RefuseReferences(in reader);
            }

            if (_skippedDepth != NotSkipping)
            {
                Skip(in reader);
            }
            else
            {
                Read(in reader, name);
            }
        }

        _state = reader.CurrentState;
        _offset += reader.BytesConsumed;
        _rest = _rest.Slice(reader.Position);
        return null;
    }

    // With these, Json.NET and System.Text.Json put one value into two places, or one level lower than the document has it.
    private static void RefuseReferences(in Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("$id"u8) || reader.ValueTextEquals("$ref"u8) || reader.ValueTextEquals("$values"u8))
        {
            throw new NotSupportedException(
                "The body has members $id, $ref or $values, with which some readers find a value in another place than it stands in."
            );
        }
    }

    private void Skip(in Utf8JsonReader reader)
    {
        if (reader.CurrentDepth > _skippedDepth)
        {
            return;
        }

        if (_redactedFrom is { } start)
        {
            _edits.Add(start, _offset + reader.BytesConsumed - start, Replacement.JsonNull);
        }

        _skippedDepth = NotSkipping;
    }

    private void Read(in Utf8JsonReader reader, Span<char> name)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                ReadName(in reader, name);
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _matcher.Leave();
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                ReadContainer(in reader);
                break;
            default:
                ReadScalar(in reader);
                break;
        }
    }

    private void ReadName(in Utf8JsonReader reader, Span<char> buffer)
    {
        // As it is written it is never shorter than what it means.
        var length = reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;
        if (length <= buffer.Length)
        {
            var name = buffer[..reader.CopyString(buffer)];
            if (name.Contains('\0'))
            {
                throw new NotSupportedException("A name in the body holds U+0000, where it ends for some readers.");
            }

            _matcher.Member(name);
        }
        else if (reader.ValueIsEscaped || !IsPlain(in reader))
        {
            throw new NotSupportedException(
                "A name in the body is too long to be compared in all its spellings, so that nobody can tell whether it is to be redacted."
            );
        }
        else
        {
            _matcher.OtherMember();
        }
    }

    private static bool IsPlain(in Utf8JsonReader reader) =>
        reader.HasValueSequence ? Utf8Text.IsPlain(reader.ValueSequence) : Utf8Text.IsPlain(reader.ValueSpan);

    private void ReadContainer(in Utf8JsonReader reader)
    {
        _matcher.Value();
        if (!_matcher.IsMatch && _matcher.LeadsOn)
        {
            _matcher.Enter(isArray: reader.TokenType == JsonTokenType.StartArray);
            return;
        }

        _skippedDepth = reader.CurrentDepth;
        _redactedFrom = _matcher.IsMatch ? _offset + reader.TokenStartIndex : null;
    }

    private void ReadScalar(in Utf8JsonReader reader)
    {
        _matcher.Value();
        if (_matcher.IsMatch)
        {
            _edits.Add(
                _offset + reader.TokenStartIndex,
                reader.BytesConsumed - reader.TokenStartIndex,
                reader.TokenType == JsonTokenType.String ? Replacement.JsonString : Replacement.JsonNull
            );
        }
    }
}
