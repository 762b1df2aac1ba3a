using ShadowMiddleware.LoadTest;
using ShadowMiddleware.LoadTest.Processes;

if (args is [ServedApp.Role, .. var rest])
{
    await ServedApp.RunAsync(rest);
    return 0;
}

if (Arguments.Parse(args) is not { } arguments)
{
    await Console.Error.WriteLineAsync(Arguments.Usage);
    return 2;
}

Console.WriteLine(await new ProtectionScenario(arguments).RunAsync());
return 0;
