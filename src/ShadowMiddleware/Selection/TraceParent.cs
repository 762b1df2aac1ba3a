using System.Buffers;

namespace ShadowMiddleware.Selection;

/// <summary>
/// Finds the id of the trace in a <c>traceparent</c> field (W3C Trace Context, section 3.2). It takes what <see cref="System.Diagnostics.ActivityContext"/> takes, so that a request is drawn alike whether the
/// platform makes an activity for it or not. That one makes strings of what it finds.
/// </summary>
internal static class TraceParent
{
    private const int Length = 55;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Never throws, whatever a client writes.</summary>
    /// <param name="field">The value of the field.</param>
    /// <param name="traceId">32 hexadecimal digits in lower case, not all of them zero.</param>
    public static bool TryGetTraceId(ReadOnlySpan<char> field, out ReadOnlySpan<char> traceId)
    {
        traceId = default;
        if (field.Length != Length)
        {
            return false;
        }

        var version = field[..2];
        var trace = field[3..35];
        var parent = field[36..52];
        var flags = field[53..];
        if (!IsHex(version) || version is "ff" || !IsId(trace) || !IsId(parent) || !IsHex(flags))
        {
            return false;
        }

        traceId = trace;
        return true;
    }

    private static bool IsId(ReadOnlySpan<char> text) => IsHex(text) && text.ContainsAnyExcept('0');

    private static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(HexDigits);
}
