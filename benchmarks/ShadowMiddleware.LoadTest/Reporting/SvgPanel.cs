using System.Globalization;

namespace ShadowMiddleware.LoadTest.Reporting;

/// <summary>One group of bars that share a scale.</summary>
internal static class SvgPanel
{
    public const double Width = 860;

    private const double Margin = 24;
    private const double BarStart = 270;
    private const double BarSpace = 470;
    private const double LineHeight = 24;
    private const double BarHeight = 16;
    private const double HeaderHeight = 52;
    private const double AxisHeight = 34;
    private const double LegendSpace = 160;
    private const int FewestLines = 4;

    /// <returns>Where the next one can begin.</returns>
    public static double Draw(
        SvgCanvas canvas,
        double top,
        string title,
        IReadOnlyList<(string Name, string Colour)> legend,
        IReadOnlyList<ChartBar> bars
    )
    {
        canvas.Text(Margin, top + 20, title, "title");
        DrawLegend(canvas, top + 40, legend);
        var first = top + HeaderHeight;
        var last = first + LineHeight * bars.Count;
        var longest = bars.Max(bar => bar.End);
        var step = ChooseStep(longest);
        var lines = (int)Math.Ceiling(longest / step);
        var scale = BarSpace / (step * lines);
        for (var line = 0; line <= lines; line++)
        {
            var x = BarStart + line * step * scale;
            canvas.Line(x, first, x, last, "grid");
            canvas.Text(
                x,
                last + 16,
                (line * step).ToString("#,0.##", CultureInfo.InvariantCulture),
                "small",
                "middle"
            );
        }

        for (var i = 0; i < bars.Count; i++)
        {
            Draw(canvas, first + LineHeight * i, bars[i], scale);
        }

        return last + AxisHeight;
    }

    private static void Draw(SvgCanvas canvas, double top, ChartBar bar, double scale)
    {
        var middle = top + LineHeight / 2;
        canvas.Text(BarStart - 10, middle + 4, bar.Label, anchor: "end");
        var x = BarStart;
        foreach (var (length, colour) in bar.Parts)
        {
            canvas.Bar(x, middle - BarHeight / 2, length * scale, BarHeight, colour);
            x += length * scale;
        }

        if (bar is { Low: { } low, High: { } high })
        {
            canvas.Line(BarStart + low * scale, middle, BarStart + high * scale, middle, "range");
        }

        canvas.Text(BarStart + bar.End * scale + 8, middle + 4, bar.Text, "small");
    }

    private static void DrawLegend(SvgCanvas canvas, double y, IReadOnlyList<(string Name, string Colour)> legend)
    {
        var x = BarStart;
        foreach (var (name, colour) in legend)
        {
            canvas.Bar(x, y - 10, 11, 11, colour);
            canvas.Text(x + 17, y, name, "small");
            x += LegendSpace;
        }
    }

    /// <summary>The largest round number that gives enough lines.</summary>
    private static double ChooseStep(double longest)
    {
        var most = longest > 0 ? longest / FewestLines : 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(most)));
        return power * ((double[])[5, 2.5, 2, 1]).First(digit => digit * power <= most * 1.001);
    }
}
