using System.Globalization;
using System.Security.Cryptography;

namespace ShadowMiddleware.Fuzzer;

/// <summary>The command line.</summary>
/// <param name="Time">How long cases are tried.</param>
/// <param name="Seed">Which cases.</param>
/// <param name="Case">The only case to try.</param>
/// <param name="List">How many cases to print as digests, instead of trying any.</param>
internal sealed record FuzzerArguments(TimeSpan Time, long Seed, int? Case, int? List)
{
    public const string Usage = "Usage: [--seconds <time>] [--seed <number>] [--case <number> | --list <count>]";

    /// <summary>Reads the command line; <see langword="null"/> when it makes no sense.</summary>
    public static FuzzerArguments? Parse(string[] args)
    {
        var arguments = new FuzzerArguments(
            TimeSpan.FromSeconds(60),
            RandomNumberGenerator.GetInt32(int.MaxValue),
            Case: null,
            List: null
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
                case "--list":
                    arguments = arguments with { List = value };
                    break;
                default:
                    return null;
            }
        }

        return arguments;
    }
}
