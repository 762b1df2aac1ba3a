using System.Buffers.Binary;
using System.Diagnostics;

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
        var randomness = BinaryPrimitives.ReadUInt64BigEndian(id[8..]) & ((1UL << RandomBits) - 1);

        // As a whole number: near the border a double does not tell two traces apart.
        return randomness >= (ulong)((1 - percent / 100) * Range);
    }
}
