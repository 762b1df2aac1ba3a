using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace QuickStart;

/// <summary>What the command line asks for.</summary>
internal sealed record Arguments(TimeSpan Traffic, bool Serve, bool Help)
{
    public const string Usage = """
        dotnet run --project samples/QuickStart [-- options]

        Starts Orders V1 (the primary), Orders V2 (the shadow) and a V1 without mirroring to compare with, sends
        V1 ten seconds of traffic, and shows what the client saw, what the shadow received and the ledger.

          --seconds N   send traffic for N seconds, 1 to 3600 (default 10)
          --serve       send none, unless --seconds says so; keep the services up for yours until Ctrl+C
          --help        show this

        Exit code: 0 when all went as promised, 1 when a response or a copy differed, nothing was compared or a copy
        was lost without a reason, 2 when the arguments are wrong.
        """;

    private const int DefaultSeconds = 10;
    private const int MaxSeconds = 3600;

    public static bool TryParse(
        IReadOnlyList<string> args,
        [NotNullWhen(true)] out Arguments? arguments,
        [NotNullWhen(false)] out string? mistake
    )
    {
        int? seconds = null;
        var serve = false;
        var help = false;
        arguments = null;

        for (var i = 0; i < args.Count; i++)
        {
            switch (args[i])
            {
                case "--help" or "-h":
                    help = true;
                    break;
                case "--serve":
                    serve = true;
                    break;
                case "--seconds" when i + 1 == args.Count:
                    mistake = $"--seconds needs a number from 1 to {MaxSeconds}.";
                    return false;
                case "--seconds":
                    i++;
                    if (!TryParseSeconds(args[i], out var value))
                    {
                        mistake = $"--seconds needs a number from 1 to {MaxSeconds}, not '{args[i]}'.";
                        return false;
                    }

                    seconds = value;
                    break;
                default:
                    mistake = $"There is no argument '{args[i]}'.";
                    return false;
            }
        }

        mistake = null;
        arguments = new Arguments(TimeSpan.FromSeconds(seconds ?? (serve ? 0 : DefaultSeconds)), serve, help);
        return true;
    }

    private static bool TryParseSeconds(string text, out int seconds) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds)
        && seconds is >= 1 and <= MaxSeconds;
}
