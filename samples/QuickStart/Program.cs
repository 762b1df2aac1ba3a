using QuickStart;

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

using var interruption = new Interruption();
return await new Demonstration(arguments, Console.Out, interruption.Token).RunAsync();
