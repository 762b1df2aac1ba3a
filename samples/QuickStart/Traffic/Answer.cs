using System.Text;
using static System.FormattableString;

namespace QuickStart.Traffic;

/// <summary>What a client got for a request.</summary>
internal sealed record Answer(int Status, string Headers, byte[] Body, TimeSpan Duration)
{
    private const int ShownBytes = 500;

    public bool SameAs(Answer other) =>
        Status == other.Status
        && string.Equals(Headers, other.Headers, StringComparison.Ordinal)
        && Body.AsSpan().SequenceEqual(other.Body);

    public override string ToString() =>
        Invariant($"{Status}\n{Headers}\n{Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, ShownBytes)))}");
}
