using System.Globalization;
using System.Security.Cryptography;

namespace ShadowMiddleware.Fuzzer;

/// <summary>The command line.</summary>
internal sealed record FuzzerArguments(TimeSpan Time, long Seed, int? Case)
{
    public const string Usage = "Usage: --seconds <time> [--seed <number>] [--case <number>]";

    /// <summary>Reads the command line; <see langword="null"/> when it makes no sense.</summary>
    public static FuzzerArguments? Parse(string[] args)
    {
        var arguments = new FuzzerArguments(
            TimeSpan.FromSeconds(60),
            RandomNumberGenerator.GetInt32(int.MaxValue),
            Case: null
        );
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
                case "--seconds":
                    arguments = arguments with { Time = TimeSpan.FromSeconds(value) };
                    break;
                case "--seed":
                    arguments = arguments with { Seed = value };
                    break;
                case "--case":
                    arguments = arguments with { Case = value };
                    break;
                default:
                    return null;
            }
        }

        return arguments;
    }
}
