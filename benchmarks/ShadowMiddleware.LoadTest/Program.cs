using ShadowMiddleware.LoadTest;
using ShadowMiddleware.LoadTest.CommandLine;
using ShadowMiddleware.LoadTest.Faults;
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

if (OwnNetwork.IsInside)
{
    OwnNetwork.EndWithParent();
}
else if (arguments.Scenario == ScenarioName.Isolation && await OwnNetwork.FindObstacleAsync() is null)
{
    return await OwnNetwork.RunInsideAsync();
}

return await Run.RunAsync(arguments);
