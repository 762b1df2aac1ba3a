using System.Globalization;

namespace ShadowMiddleware.LoadTest;

/// <summary>The command line.</summary>
/// <param name="Rounds">How often everything is measured, in turn, so that the machine's moods cancel.</param>
/// <param name="Time">How long one measurement takes.</param>
internal sealed record Arguments(int Rounds, TimeSpan Time)
{
    public const string Usage = "Usage: [--rounds <number>] [--seconds <time of one measurement>]";

    /// <summary>Reads the command line; <see langword="null"/> when it makes no sense.</summary>
    public static Arguments? Parse(string[] args)
    {
        var arguments = new Arguments(Rounds: 5, TimeSpan.FromSeconds(6));
        for (var i = 0; i < args.Length; i += 2)
        {
            if (
                i + 1 == args.Length
                || !int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                || value == 0
            )
            {
                return null;
            }

            switch (args[i])
            {
                case "--rounds":
                    arguments = arguments with { Rounds = value };
                    break;
                case "--seconds":
                    arguments = arguments with { Time = TimeSpan.FromSeconds(value) };
                    break;
                default:
                    return null;
            }
        }

        return arguments;
    }
}
