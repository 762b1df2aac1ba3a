using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace ShadowMiddleware.Redaction;

/// <summary>Whether bytes are text as everybody reads it.</summary>
internal static class Utf8Text
{
    private const int CharactersAtOnce = 512;
    private static readonly UTF8Encoding _strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    public static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Whether all of it is printable ASCII.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)' ', (byte)'~');

    /// <inheritdoc cref="IsPlain(ReadOnlySpan{byte})" />
    public static bool IsPlain(in ReadOnlySequence<byte> text)
    {
        foreach (var block in text)
        {
            if (!IsPlain(block.Span))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether all of it is well-formed UTF-8, wherever the blocks were cut.</summary>
    public static bool IsValid(in ReadOnlySequence<byte> text)
    {
        if (text.IsSingleSegment)
        {
            return Utf8.IsValid(text.FirstSpan);
        }

        var decoder = _strict.GetDecoder();
        Span<char> characters = stackalloc char[CharactersAtOnce];
        try
        {
            foreach (var block in text)
            {
                for (var rest = block.Span; !rest.IsEmpty; )
                {
                    decoder.Convert(rest, characters, flush: false, out var used, out _, out _);
                    rest = rest[used..];
                }
            }

            decoder.Convert([], characters, flush: true, out _, out _, out _);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
