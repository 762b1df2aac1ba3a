namespace ShadowMiddleware.NeighbourTests.Gateway;

/// <summary>The sample as it is, with its own settings but for addresses, and what a test changes.</summary>
internal static class GatewayProcess
{
    private static readonly Lazy<string> Repository = new(FindRepository);

    /// <summary>The folder of the sample.</summary>
    public static string Folder => Path.Combine(Repository.Value, "samples", "Gateway");

    /// <param name="service">The address of the service.</param>
    /// <param name="shadow">The address of its next version.</param>
    /// <param name="settings">Further settings: <c>TrafficMirroring:Enabled=false</c>.</param>
    public static ChildProcess Start(string service, string shadow, params IEnumerable<string> settings) =>
        StartIn(Folder, service, shadow, settings);

    /// <summary>The same, with the settings of another folder, which stand back behind those that are given here.</summary>
    public static ChildProcess StartIn(
        string folder,
        string service,
        string shadow,
        params IEnumerable<string> settings
    ) =>
        ChildProcess.Start(
            "dotnet",
            [
                Program(),
                "--contentRoot",
                folder,
                "--Urls=http://127.0.0.1:0",
                $"--ReverseProxy:Clusters:shop:Destinations:v1:Address={service}",
                $"--TrafficMirroring:Shadows:v2:Address={shadow}",
                "--TrafficMirroring:Protection:Enabled=false",
                .. settings.Select(setting => $"--{setting}"),
            ]
        );

    /// <summary>The port at which it listens.</summary>
    public static async Task<int> PortAsync(ChildProcess gateway, CancellationToken token)
    {
        var line = await gateway.NextLineAsync("Now listening on: ", token);
        return new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..]).Port;
    }

    // Built in the same configuration as this assembly: …/tests/ShadowMiddleware.NeighbourTests/bin/Debug/net10.0.
    private static string Program()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(Folder, "bin", framework.Parent!.Name, framework.Name, "Gateway.dll");
    }

    private static string FindRepository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ShadowMiddleware.sln")))
        {
            folder =
                Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException("The tests run outside of the repository.");
        }

        return folder;
    }
}
