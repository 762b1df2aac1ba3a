using System.Globalization;
using System.Security.Cryptography;

namespace ShadowMiddleware.Soak;

/// <summary>The command line.</summary>
internal sealed record SoakArguments(TimeSpan Time, int Seed)
{
    public const string Usage = "Usage: --minutes <time> | --seconds <time> [--seed <number>]";

    /// <summary>Reads the command line; <see langword="null"/> when it makes no sense.</summary>
    public static SoakArguments? Parse(string[] args)
    {
        var arguments = new SoakArguments(TimeSpan.FromMinutes(10), RandomNumberGenerator.GetInt32(int.MaxValue));
        for (var i = 0; i < args.Length; i += 2)
        {
            if (
                i + 1 == args.Length
                || !int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            )
            {
                return null;
            }

            switch (args[i])
            {
                case "--minutes":
                    arguments = arguments with { Time = TimeSpan.FromMinutes(value) };
                    break;
                case "--seconds":
                    arguments = arguments with { Time = TimeSpan.FromSeconds(value) };
                    break;
                case "--seed":
                    arguments = arguments with { Seed = value };
                    break;
                default:
                    return null;
            }
        }

        return arguments.Time > TimeSpan.Zero ? arguments : null;
    }
}
