using System.Text;

namespace ShadowMiddleware.FunctionalTests.Matrix;

/// <summary>The matrix as a table in Markdown.</summary>
internal static class MatrixTable
{
    private const string None = "";

    public static string Render(IReadOnlyList<MatrixCell> cells)
    {
        var kinds = cells.Select(cell => cell.Kind).DistinctBy(kind => kind.Name).ToArray();
        var faults = cells.Select(cell => cell.Fault).DistinctBy(fault => fault.Key).ToArray();
        var text = new StringBuilder();
        foreach (var (kind, letter) in kinds.Select((kind, i) => (kind, Letter(i))))
        {
            text.Append("- ").Append(letter).Append(": ").Append(kind.Name).Append('\n');
        }

        text.Append('\n');
        Append(text, ["The shadow…", "speaks", .. kinds.Select((_, i) => Letter(i)), "Outcomes"]);
        Append(text, Enumerable.Repeat("---", kinds.Length + 3));
        foreach (var fault in faults)
        {
            var marks = kinds.Select(kind => Mark(cells, fault, kind));
            Append(text, [fault.Name, fault.Version, .. marks, Outcomes(fault)]);
        }

        return text.ToString();
    }

    /// <summary>The versions that the client speaks in the cells that there are.</summary>
    private static string Mark(IReadOnlyList<MatrixCell> cells, ShadowFault fault, RequestKind kind)
    {
        var versions = cells
            .Where(cell => cell.Fault.Key == fault.Key && cell.Kind.Name == kind.Name)
            .Select(cell => cell.ClientVersion);
        return string.Join(' ', versions.DefaultIfEmpty(None));
    }

    private static string Outcomes(ShadowFault fault) =>
        string.Join(", ", fault.Outcomes.Select(outcome => $"`{outcome}`"))
        + (fault.ShowsInBody ? "; B: `completed.2xx`" : "");

    private static string Letter(int index) => $"{(char)('A' + index)}";

    private static void Append(StringBuilder text, IEnumerable<string> columns) =>
        text.Append("| ").AppendJoin(" | ", columns).Append(" |\n");
}
