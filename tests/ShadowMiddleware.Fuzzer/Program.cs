using ShadowMiddleware.Fuzzer.Generation;

namespace ShadowMiddleware.Fuzzer;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (FuzzerArguments.Parse(args) is not { } arguments)
        {
            await Console.Error.WriteLineAsync(FuzzerArguments.Usage);
            return 2;
        }

        Console.WriteLine($"Seed {arguments.Seed}");
        if (arguments.List is { } count)
        {
            var generator = new CaseGenerator(arguments.Seed);
            for (var number = 0; number < count; number++)
            {
                Console.WriteLine($"{number} {generator.Create(number).Digest()}");
            }

            return 0;
        }

        try
        {
            Console.WriteLine(await new Campaign(arguments, TimeProvider.System).RunAsync());
            return 0;
        }
        catch (FuzzFailure failure)
        {
            Console.WriteLine($"FAILED{(failure.Case is { } number ? $" in case {number}" : "")}: {failure.Message}");
            Console.WriteLine("To see it again:");
            if (failure.Case is { } again)
            {
                Console.WriteLine($"  {Command(arguments)} --case {again}");
            }

            Console.WriteLine($"  {Command(arguments)} --seconds {arguments.Time.TotalSeconds}");
            return 1;
        }
    }

    private static string Command(FuzzerArguments arguments) =>
        $"dotnet run -c Release --project tests/ShadowMiddleware.Fuzzer -- --seed {arguments.Seed}";
}
