using System.Runtime.CompilerServices;

namespace ShadowMiddleware.Tests.PublicApi;

/// <summary>Whoever changes what users compile against sees it in the diff of one file, and so does whoever reviews it.</summary>
public class PublicApiTests
{
    private const string Approved = "PublicApi.approved.txt";
    private const string Received = "PublicApi.received.txt";

    [Fact]
    public void The_public_surface_is_the_approved_one()
    {
        var approvedPath = Path.Combine(AppContext.BaseDirectory, "PublicApi", Approved);
        var approved = File.ReadAllText(approvedPath).ReplaceLineEndings("\n");
        var actual = PublicApiText.Of(typeof(TrafficMirroringOptions).Assembly);

        if (actual == approved)
        {
            return;
        }

        var received = WriteReceived(actual);
        Assert.Fail(
            $"""
            The public API differs from {Approved}.
            Gone:
            {string.Join('\n', Qualified(approved).Except(Qualified(actual)))}
            New:
            {string.Join('\n', Qualified(actual).Except(Qualified(approved)))}
            If that is meant, replace {Approved} by {received} and commit it.
            """
        );
    }

    // Each member after its type, so that a line of the message says where it belongs.
    private static IEnumerable<string> Qualified(string text) =>
        from type in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
        let lines = type.Split('\n')
        from line in lines.Skip(1).Select(member => $"{lines[0]}{member}").Prepend(lines[0])
        select line;

    // The sources are there on the machine that built the tests; under deterministic paths, the output folder must do.
    private static string WriteReceived(string text, [CallerFilePath] string thisFile = "")
    {
        var sources = Path.GetDirectoryName(thisFile);
        var folder = Directory.Exists(sources) ? sources : Path.Combine(AppContext.BaseDirectory, "PublicApi");
        var path = Path.Combine(folder, Received);
        File.WriteAllText(path, text);
        return path;
    }
}
