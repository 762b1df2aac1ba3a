using System.Globalization;

namespace ShadowMiddleware.LoadTest.CommandLine;

/// <summary>Reads the command line.</summary>
internal static class ArgumentReader
{
    public const string Usage = """
        Usage: [--scenario comparison|protection|isolation] [--rounds <1 to 100>] [--seconds <0.1 to 600>] [--results <folder>] [--dry]

          --scenario   comparison (default): the app alone, mirrored, and with the alternatives; writes into the results' folder.
                       protection: how copies give way, and come back, when the load changes.
                       isolation: how other clients fare while the work for copies goes wrong; writes into the results' folder.
          --rounds     how often everything is measured (default 5).
          --seconds    how long one measurement takes (default 6; isolation: 15).
          --results    where the table, the figures and the chart go (default: benchmarks/results of the repository;
                       of a dry run: a temporary folder).
          --dry        everything once and for a moment, to see that it runs. Its figures mean nothing.
        """;

    private const int MaxRounds = 100;
    private const double MinSeconds = 0.1;
    private const double MaxSeconds = 600;

    /// <returns>The arguments, or what is wrong with them.</returns>
    public static (Arguments? Arguments, string? Error) Read(IReadOnlyList<string> args)
    {
        var arguments = Arguments.Default;
        var given = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Count; i++)
        {
            var name = args[i];
            if (!given.Add(name))
            {
                return (null, $"{name} is given twice.");
            }

            if (name == "--dry")
            {
                continue;
            }

            var value = i + 1 < args.Count ? args[++i] : null;
            switch (name)
            {
                case "--scenario":
                    if (ReadScenario(value) is not { } scenario)
                    {
                        return (null, $"--scenario needs comparison, protection or isolation, not {Quote(value)}.");
                    }

                    arguments = arguments with { Scenario = scenario };
                    break;
                case "--rounds":
                    if (
                        !int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var rounds)
                        || rounds is < 1 or > MaxRounds
                    )
                    {
                        return (null, $"--rounds needs a whole number from 1 to {MaxRounds}, not {Quote(value)}.");
                    }

                    arguments = arguments with { Rounds = rounds };
                    break;
                case "--seconds":
                    if (!TryReadSeconds(value, out var seconds))
                    {
                        return (
                            null,
                            $"--seconds needs a number from {MinSeconds} to {MaxSeconds}, not {Quote(value)}."
                        );
                    }

                    arguments = arguments with { Time = seconds };
                    break;
                case "--results":
                    if (string.IsNullOrWhiteSpace(value) || value.StartsWith("--", StringComparison.Ordinal))
                    {
                        return (null, $"--results needs a folder, not {Quote(value)}.");
                    }

                    arguments = arguments with { Results = value };
                    break;
                default:
                    return (null, $"{name} is not known.");
            }
        }

        if (!given.Contains("--dry"))
        {
            return (given.Contains("--seconds") ? arguments : arguments.WithTimeOfScenario(), null);
        }

        return given.Contains("--rounds") || given.Contains("--seconds")
            ? (null, "--dry has one round of a fixed time: leave out --rounds and --seconds.")
            : (arguments.AsDry(), null);
    }

    private static ScenarioName? ReadScenario(string? value) =>
        value switch
        {
            "comparison" => ScenarioName.Comparison,
            "protection" => ScenarioName.Protection,
            "isolation" => ScenarioName.Isolation,
            _ => null,
        };

    private static bool TryReadSeconds(string? value, out TimeSpan time)
    {
        var read =
            double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= MinSeconds and <= MaxSeconds;
        time = read ? TimeSpan.FromSeconds(seconds) : default;
        return read;
    }

    private static string Quote(string? value) => value is null ? "nothing" : $"\"{value}\"";
}
