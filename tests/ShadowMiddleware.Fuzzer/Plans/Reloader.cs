using System.Globalization;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Fuzzer.Judging;

namespace ShadowMiddleware.Fuzzer.Plans;

/// <summary>
/// Reloads while requests are under way: what is in force already, and what must be refused. Neither may be felt by any request, so what was
/// foreseen without them holds.
/// </summary>
internal sealed class Reloader
{
    private readonly ConfigurationMonitor _monitor;
    private readonly ErrorLog _log;
    private readonly Action<int> _reload;
    private ReloadPlan _plan = new(Equal: false, Bad: false);

    /// <param name="monitor">Knows what is in force.</param>
    /// <param name="log">Keeps what is said of reloads.</param>
    /// <param name="reload">Reloads: what was planned for zero, and what has a fault that is told by any other number.</param>
    public Reloader(ConfigurationMonitor monitor, ErrorLog log, Action<int> reload)
    {
        _monitor = monitor;
        _log = log;
        _reload = reload;
    }

    /// <summary>How often what was in force was reloaded under load.</summary>
    public int Reloads { get; private set; }

    /// <summary>How often a reload under load was refused.</summary>
    public int Refusals { get; private set; }

    /// <summary>Puts the plans of a round in force, while no request is under way.</summary>
    /// <exception cref="FuzzFailure">They are refused: what follows would be held against others.</exception>
    public void Begin(ReloadPlan plan)
    {
        _plan = plan;
        Reload(bad: 0, "is reloaded with other plans", stays: false, "was reloaded");
    }

    /// <summary>Reloads as the plan says.</summary>
    /// <exception cref="FuzzFailure">It does not do what such a reload does.</exception>
    public void Meddle(bool isOdd)
    {
        if (isOdd && _plan.Bad)
        {
            // Another fault each time: the same one twice in a row is said once.
            var number = ++Refusals;
            var wrong = Wrong(number).ToString(CultureInfo.InvariantCulture);
            Reload(
                number,
                $"has a percent of {wrong}",
                stays: true,
                $"not used; the last good one stays in force|{wrong}"
            );
        }
        else if (!isOdd && _plan.Equal)
        {
            Reloads++;
            Reload(bad: 0, "is reloaded as it is", stays: false, "Changed: no key.");
        }
    }

    /// <summary>The percent that is the fault with a number.</summary>
    public static double Wrong(int number) => 100 + number;

    private void Reload(int bad, string what, bool stays, string said)
    {
        var before = _monitor.Current;
        _log.TakeReload();
        _reload(bad);
        var line = _log.TakeReload();
        if (ReferenceEquals(before, _monitor.Current) != stays)
        {
            throw new FuzzFailure(
                $"The configuration {what}, and what is in force {(stays ? "is another" : "stays")}: {line}"
            );
        }

        if (line is null || !Array.TrueForAll(said.Split('|'), part => line.Contains(part, StringComparison.Ordinal)))
        {
            throw new FuzzFailure($"The configuration {what}, and the log says: {line ?? "nothing"}");
        }
    }
}
