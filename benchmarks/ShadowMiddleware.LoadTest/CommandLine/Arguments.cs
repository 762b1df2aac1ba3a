namespace ShadowMiddleware.LoadTest.CommandLine;

/// <summary>The command line.</summary>
/// <param name="Scenario">What is measured.</param>
/// <param name="Rounds">How often everything is measured, in turn, so that the machine's moods cancel.</param>
/// <param name="Time">How long one measurement takes.</param>
/// <param name="Results">The folder for the results; <see langword="null"/>: not named.</param>
/// <param name="Dry">Whether everything runs once and for moments, to see that it does.</param>
internal sealed record Arguments(ScenarioName Scenario, int Rounds, TimeSpan Time, string? Results, bool Dry)
{
    private static readonly TimeSpan DryTime = TimeSpan.FromSeconds(0.3);
    private static readonly TimeSpan DrySettle = TimeSpan.FromSeconds(0.1);

    // What goes wrong may do so only when copies time out, after 10 s.
    private static readonly TimeSpan IsolationTime = TimeSpan.FromSeconds(15);

    public static readonly Arguments Default = new(
        ScenarioName.Comparison,
        Rounds: 5,
        TimeSpan.FromSeconds(6),
        Results: null,
        Dry: false
    );

    /// <summary>How long a change of the load has to settle before it is measured.</summary>
    public TimeSpan Settle => Dry ? DrySettle : TimeSpan.FromSeconds(1);

    /// <summary>How long each process is loaded before anything is measured: the runtime compiles what is hot a second time.</summary>
    public TimeSpan WarmUp => Dry ? DryTime : TimeSpan.FromSeconds(4);

    /// <summary>As long as the scenario needs to show what it is there for.</summary>
    public Arguments WithTimeOfScenario() =>
        Scenario == ScenarioName.Isolation ? this with { Time = IsolationTime } : this;

    public Arguments AsDry() => this with { Dry = true, Rounds = 1, Time = DryTime };
}
