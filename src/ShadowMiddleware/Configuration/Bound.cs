namespace ShadowMiddleware.Configuration;

/// <summary>The values that an option takes, both ends included, and how a message says so.</summary>
/// <param name="Min">The least value.</param>
/// <param name="Max">The greatest value.</param>
/// <param name="Text">What to write, to follow the word "write".</param>
internal sealed record Bound<T>(T Min, T Max, string Text)
    where T : IComparable<T>
{
    // NaN compares as less than every number, so it is outside of every bound.
    public bool Holds(T value) => value.CompareTo(Min) >= 0 && value.CompareTo(Max) <= 0;
}
