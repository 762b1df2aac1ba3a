namespace ShadowMiddleware.Fuzzer.Foresight;

/// <summary>What may become of a request for one shadow: one outcome, or several where chance or the unknown decides.</summary>
/// <param name="Outcomes">All that may.</param>
/// <param name="Key">What the outcome says something about, if it is one of the draw alone.</param>
internal sealed record Foreseen(IReadOnlySet<string> Outcomes, StickyKey? Key = null)
{
    public static Foreseen Only(string outcome) => new(new HashSet<string>(StringComparer.Ordinal) { outcome });
}
