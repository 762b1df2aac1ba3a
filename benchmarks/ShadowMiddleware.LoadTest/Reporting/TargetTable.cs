using ShadowMiddleware.LoadTest.Verdicts;

namespace ShadowMiddleware.LoadTest.Reporting;

/// <summary>The second table: what is aimed at, and whether it is reached.</summary>
internal static class TargetTable
{
    public static MarkdownTable Write(IReadOnlyList<TargetResult> targets)
    {
        var table = new MarkdownTable("what", "target", "measured", "reached");
        foreach (var target in targets)
        {
            var format = target.Unit == "x" ? "F2" : "N0";
            table.Add(
                target.What,
                $"{(target.AtMost ? "at most" : "at least")} {Numbers.Write(target.Limit, format)} {target.Unit}",
                target.Measured is null ? "not measured" : $"{Numbers.Range(target.Measured, format)} {target.Unit}",
                target.Reached switch
                {
                    true => "yes",
                    false => "no",
                    null => Numbers.None,
                }
            );
        }

        return table;
    }
}
