using System.Text;

namespace ShadowMiddleware.LoadTest.Reporting;

/// <summary>A table of Markdown.</summary>
internal sealed class MarkdownTable
{
    private readonly StringBuilder _text = new();
    private readonly int _columns;

    public MarkdownTable(params IReadOnlyList<string> titles)
    {
        _columns = titles.Count;
        Add(titles);
        Add(Enumerable.Repeat("---", _columns).ToArray());
    }

    public void Add(params IReadOnlyList<string> cells) =>
        _text
            .Append("| ")
            .AppendJoin(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))
            .Append(" |\n");

    /// <summary>A line that says one thing and has no figures.</summary>
    public void AddEmpty(string first, string second, string why) =>
        Add([first, second, why, .. Enumerable.Repeat(Numbers.None, _columns - 3)]);

    public override string ToString() => _text.ToString();
}
