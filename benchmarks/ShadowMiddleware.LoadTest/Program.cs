using ShadowMiddleware.LoadTest;
using ShadowMiddleware.LoadTest.CommandLine;
using ShadowMiddleware.LoadTest.Processes;

if (await Role.TryRunAsync(args))
{
    return ExitCodes.Success;
}

var (arguments, error) = ArgumentReader.Read(args);
if (arguments is null)
{
    await Console.Error.WriteLineAsync($"{error}\n\n{ArgumentReader.Usage}");
    return ExitCodes.BadArguments;
}

if (!OperatingSystem.IsLinux())
{
    await Console.Error.WriteLineAsync("The load test reads /proc and waits with ppoll: it needs Linux.");
    return ExitCodes.BadArguments;
}

return await Run.RunAsync(arguments);
