using ShadowMiddleware.LoadTest.Faults;
using ShadowMiddleware.LoadTest.Measuring;
using ShadowMiddleware.LoadTest.Processes;

namespace ShadowMiddleware.LoadTest.Scenarios;

/// <summary>One thing that is wrong with the work for copies, or that is not.</summary>
/// <param name="Name">What it is called.</param>
internal sealed record IsolationCase(string Name)
{
    /// <summary>What is wrong with the shadow, if it is what is wrong.</summary>
    public ShadowFault? Fault { get; init; }

    /// <summary>What the app has that it does not have with a healthy shadow.</summary>
    public Func<IsolatedAppSettings, IsolatedAppSettings> Configure { get; init; } = static settings => settings;

    /// <summary>Whether a second set of clients uploads.</summary>
    public bool Uploads { get; init; }

    /// <summary>Whether names are asked of <see cref="SilentNameServer"/>.</summary>
    public bool AsksForNames { get; init; }

    public Row Row { get; init; } = new(Name, LoadKind.Constant);
}
