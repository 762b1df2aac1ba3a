using System.Globalization;
using System.Text;

namespace ShadowMiddleware;

/// <summary>What would become of a request for one shadow.</summary>
public sealed class ShadowExplanation
{
    internal ShadowExplanation() { }

    /// <summary>The name of the shadow.</summary>
    public required string Shadow { get; init; }

    /// <summary>How likely it is that the request is copied, as far as it can be told before the response is there.</summary>
    /// <value>In percent: 0 for never, 100 for always, and between them what is left to chance. A key of <see cref="ShadowOptions.SampleBy"/> leaves nothing to it.</value>
    public required double Percent { get; init; }

    /// <summary>Why there would be no copy, as the ledger would count it.</summary>
    /// <value>
    /// A reason such as <c>rule</c> or <c>not_sampled</c>; <see langword="null"/> when <see cref="Percent"/> is above 0. It is <c>endpoint</c> also for an endpoint that routing runs at
    /// once (<c>ShortCircuit</c>), which comes neither to the middleware nor into the ledger.
    /// </value>
    public required string? SkipReason { get; init; }

    /// <summary>What has decided on the percent.</summary>
    /// <value>
    /// <c>endpoint</c>, or the key of the configuration: <c>Shadows:v2:Rules:0</c> for the first rule, <c>Shadows:v2:Percent</c> when no rule matches. Where
    /// <see cref="SkipReason"/> names something that comes before the percent, this is what would decide without it.
    /// </value>
    public required string DecidedBy { get; init; }

    /// <summary>The operator's limit of the percent, which is in <see cref="Percent"/> already.</summary>
    /// <value>In percent; 100 is no limit.</value>
    public required double Ceiling { get; init; }

    /// <summary>What the rule that decides asks of the response.</summary>
    /// <value>Statuses and classes, such as <c>2xx</c>; empty when any will do.</value>
    public required IReadOnlyList<string> ResponseStatus { get; init; }

    /// <summary>Whether code of the app's decides as well when the response is there (<see cref="ShadowOptions.WhenResponse"/>).</summary>
    public required bool AsksWhenResponse { get; init; }

    /// <summary>What would be sent.</summary>
    /// <value><see langword="null"/> when there would be no copy (<see cref="SkipReason"/>), or when none can be made (<see cref="CopyFault"/>).</value>
    public required ExplainedCopy? Copy { get; init; }

    /// <summary>Why no copy can be made: the ledger would count a drop, <c>transform_failed</c>.</summary>
    /// <value><see langword="null"/> when one can be. The kind of fault only: what a transform of the app's says may hold secrets.</value>
    public required string? CopyFault { get; init; }

    /// <summary>The same as text, a line for each fact. For people: its form may change.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{Shadow}: {(SkipReason is null ? $"copied, {Percent} %" : $"not copied, {SkipReason}")}, by {DecidedBy}"
        );
        if (Ceiling < 100)
        {
            text.Append(CultureInfo.InvariantCulture, $", ceiling {Ceiling} %");
        }

        if (ResponseStatus.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $", if the response is {string.Join(" or ", ResponseStatus)}");
        }

        if (AsksWhenResponse)
        {
            text.Append(", if WhenResponse agrees");
        }

        if (CopyFault is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  transform_failed: {CopyFault}");
        }

        return Copy is null ? text.ToString() : text.Append(CultureInfo.InvariantCulture, $"\n{Copy}").ToString();
    }
}
