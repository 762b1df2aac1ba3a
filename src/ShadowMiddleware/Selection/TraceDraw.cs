using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;

namespace ShadowMiddleware.Selection;

/// <summary>
/// Draws by the random bits that the trace itself has: the low 56 of its id (W3C Trace Context Level 2, section "Randomness of trace-id"). Whoever samples traces
/// by the same rule (OpenTelemetry's consistent probability sampling) keeps the same ones.
/// </summary>
internal static class TraceDraw
{
    private const int RandomBits = 56;
    private const double Range = 1UL << RandomBits;

    /// <param name="trace">The trace.</param>
    /// <param name="percent">The share, in which a trace stays when it grows.</param>
    public static bool Falls(ActivityTraceId trace, double percent)
    {
        Span<byte> id = stackalloc byte[16];
        trace.CopyTo(id);
        return Falls(BinaryPrimitives.ReadUInt64BigEndian(id[8..]), percent);
    }

    /// <param name="traceId">The id of the trace: 32 hexadecimal digits.</param>
    /// <param name="percent">The share, in which a trace stays when it grows.</param>
    public static bool Falls(ReadOnlySpan<char> traceId, double percent) =>
        Falls(ulong.Parse(traceId[16..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), percent);

    // As a whole number: near the border a double does not tell two traces apart.
    private static bool Falls(ulong lowBits, double percent) =>
        (lowBits & ((1UL << RandomBits) - 1)) >= (ulong)((1 - percent / 100) * Range);
}
