using ShadowMiddleware.Fuzzer.Plans;

namespace ShadowMiddleware.Fuzzer.Foresight;

/// <summary>Whether a request is chosen for a shadow; both where chance decides.</summary>
internal sealed record Choice
{
    /// <summary>Why it may be skipped.</summary>
    public IReadOnlyList<string> Skips { get; private init; } = [];

    public bool MayBeChosen { get; private init; }

    /// <summary>The rule that decides.</summary>
    public RulePlan? Rule { get; private init; }

    /// <summary>What the outcome says something about; <see langword="null"/> for nothing.</summary>
    public StickyKey? Key { get; init; }

    public static Choice Chosen(RulePlan? rule) => new() { MayBeChosen = true, Rule = rule };

    public static Choice Skipped(string why) => new() { Skips = [why] };

    public Choice Or(string why) => this with { Skips = [.. Skips, why], Key = null };

    /// <summary>Either, so that the outcome says nothing of the key.</summary>
    public Choice Or(Choice other) =>
        new()
        {
            Skips = [.. Skips, .. other.Skips],
            MayBeChosen = MayBeChosen || other.MayBeChosen,
            Rule = Rule ?? other.Rule,
        };
}
