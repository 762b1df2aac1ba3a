using System.Buffers;

namespace ShadowMiddleware.Redaction;

/// <summary>Whether a body that is called a form can be nothing else.</summary>
internal static class FormSyntax
{
    private const byte FirstVisible = 0x20;
    private const byte Delete = 0x7F;

    /// <summary>
    /// Every byte can stand in a form, so the name of its type is all that tells one. JSON in any dialect begins with a brace, a bracket or a quote, comments
    /// in front of it or not: a form has none of these, but for brackets behind a name (<c>card[number]</c>).
    /// </summary>
    public static bool IsForm(in ReadOnlySequence<byte> body)
    {
        if (!Utf8Text.IsValid(body) || new SequenceReader<byte>(body).IsNext(Utf8Text.ByteOrderMark))
        {
            return false;
        }

        var last = (byte)0;
        foreach (var block in body)
        {
            foreach (var value in block.Span)
            {
                if (
                    value is < FirstVisible or Delete or (byte)'{' or (byte)'}' or (byte)'"' or (byte)'<' or (byte)'>'
                    || (value == '[' && !IsEndOfName(last))
                )
                {
                    return false;
                }

                last = value;
            }
        }

        return true;
    }

    private static bool IsEndOfName(byte value) =>
        char.IsAsciiLetterOrDigit((char)value) || value is (byte)'_' or (byte)'-' or (byte)'.' or (byte)']';
}
