using QuickStart;
using QuickStart.Reporting;

if (!Arguments.TryParse(args, out var arguments, out var mistake))
{
    await Console.Error.WriteLineAsync($"{mistake}\n\n{Arguments.Usage}");
    return ExitCodes.BadArguments;
}

if (arguments.Help)
{
    Console.WriteLine(Arguments.Usage);
    return ExitCodes.Ok;
}

var screen = new Screen(Console.Out, onTerminal: !Console.IsOutputRedirected);
using var interruption = new Interruption();
return await new Demonstration(arguments, screen, interruption.Token).RunAsync();
