using System.Runtime.CompilerServices;

namespace ShadowMiddleware.FunctionalTests.Matrix;

/// <summary>The table in the document is the one that the tests run over.</summary>
public sealed class MatrixTableTests
{
    private const string Document = "docs/laws.md";
    private const string Received = "matrix.received.txt";
    private const string Start = "<!-- The matrix, written by MatrixTable -->\n";
    private const string End = "<!-- The end of the matrix -->\n";

    [Fact]
    public void Table_InTheDocument_IsTheOneThatTheTestsRunOver()
    {
        var text = File.ReadAllText(Path.Combine(Root(), Document)).ReplaceLineEndings("\n");
        var start = text.IndexOf(Start, StringComparison.Ordinal);
        var end = text.IndexOf(End, StringComparison.Ordinal);
        Assert.True(start >= 0 && end > start, $"{Document} has no place for the matrix.");

        var written = text[(start + Start.Length)..end].Trim();
        var rendered = MatrixTable.Render(MatrixCell.All).Trim();
        if (written != rendered)
        {
            Assert.Fail(
                $"The matrix in {Document} is not the one that the tests run over. Put there what is in {WriteReceived(rendered)}."
            );
        }
    }

    [Fact]
    public void Render_CellThatIsNotRun_IsNotMarked()
    {
        var cells = MatrixCell.All.Skip(1).ToArray();

        var row = MatrixTable
            .Render(cells)
            .Split('\n')
            .First(line => line.Contains(" 1.1 2 |", StringComparison.Ordinal));

        Assert.StartsWith($"| {MatrixCell.All[0].Fault.Name} | 1.1 | 2 | 1.1 2 |", row, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_AndKinds_AreNamedOnce()
    {
        Assert.Distinct(ShadowFault.All.Select(fault => fault.Key));
        Assert.Distinct(RequestKind.All.Select(kind => kind.Name));
        Assert.All(ShadowFault.All, fault => Assert.NotEmpty(fault.Outcomes));
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ShadowMiddleware.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new InvalidOperationException("The tests do not lie below the repository that they test.");
    }

    // The sources are there on the machine that built the tests; under deterministic paths, the output folder must do.
    private static string WriteReceived(string text, [CallerFilePath] string thisFile = "")
    {
        var sources = Path.GetDirectoryName(thisFile);
        var path = Path.Combine(Directory.Exists(sources) ? sources : AppContext.BaseDirectory, Received);
        File.WriteAllText(path, text);
        return path;
    }
}
