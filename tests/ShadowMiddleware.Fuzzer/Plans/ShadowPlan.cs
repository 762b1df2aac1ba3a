using System.Text.Json;

namespace ShadowMiddleware.Fuzzer.Plans;

/// <summary>A drawn configuration of one shadow, in force for one round. The same seed, round and shadow make the same plan.</summary>
internal sealed record ShadowPlan
{
    /// <summary>A template that has the client's host in it.</summary>
    public const string HostTemplate = "{host}.uat.example.com";

    // So far from today that no clock of a machine which runs this comes in between.
    public static readonly DateTimeOffset Past = new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Future = new(2199, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Copies all, as it comes.</summary>
    public static ShadowPlan Plain { get; } = new();

    public double Percent { get; init; } = 100;

    public string SampleBy { get; init; } = "Random";

    public string? Salt { get; init; }

    public DateTimeOffset? Until { get; init; }

    public bool IsOver => Until == Past;

    public WritePolicy Writes { get; init; }

    public IReadOnlyList<RulePlan> Rules { get; init; } = [];

    public bool HasWhen { get; init; }

    public bool HasWhenResponse { get; init; }

    public IReadOnlyList<string> RemoveHeaders { get; init; } = [];

    public IReadOnlyDictionary<string, string> SetHeaders { get; init; } = new Dictionary<string, string>();

    public HostHeaderMode HostHeader { get; init; }

    /// <summary>Only with the host of the address: the two contradict each other.</summary>
    public string? HostHeaderTemplate { get; init; }

    public ForwardedHeadersMode ForwardedHeaders { get; init; }

    public IReadOnlyList<string> RedactQuery { get; init; } = [];

    public IReadOnlyList<string> RedactForm { get; init; } = [];

    public IReadOnlyList<string> RedactJson { get; init; } = [];

    public RewritePlan? RewritePath { get; init; }

    public PathFidelity PathFidelity { get; init; }

    public double? MaxRequestsPerSecond { get; init; }

    public ControlPlan Control { get; init; } = new(IsPaused: false, PauseFlips: false, 100, CeilingFlips: false);

    public override string ToString() => JsonSerializer.Serialize(this);
}
