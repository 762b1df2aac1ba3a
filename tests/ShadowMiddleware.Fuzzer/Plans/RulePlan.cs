namespace ShadowMiddleware.Fuzzer.Plans;

/// <summary>One rule of a drawn configuration.</summary>
internal sealed record RulePlan
{
    public IReadOnlyList<string> Methods { get; init; } = [];

    public IReadOnlyList<string> Hosts { get; init; } = [];

    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>What <see cref="Apps.ChoiceFields.Rule"/> must be; <see langword="null"/> for anything.</summary>
    public string? Field { get; init; }

    /// <summary>What <c>preview</c> must be in the query; <see langword="null"/> for anything.</summary>
    public string? Preview { get; init; }

    /// <summary>Whether it has no condition. No rule may stand behind such a one.</summary>
    public bool IsForAll =>
        Methods.Count == 0 && Hosts.Count == 0 && Paths.Count == 0 && Field is null && Preview is null;

    public double? Percent { get; init; }

    public bool TreatAsRead { get; init; }

    public IReadOnlyList<string> ResponseStatus { get; init; } = [];
}
