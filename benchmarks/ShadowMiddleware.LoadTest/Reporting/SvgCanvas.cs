using System.Globalization;
using System.Security;
using System.Text;

namespace ShadowMiddleware.LoadTest.Reporting;

/// <summary>An SVG with a panel of its own behind it, light or dark as the reader likes it, so that it can be read on any page.</summary>
internal sealed class SvgCanvas
{
    private const string Styles = """
        <style>
          .panel { fill: #ffffff; stroke: #d0d7de; }
          text { fill: #1f2328; font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
          .title { font-weight: 600; font-size: 15px; }
          .small { fill: #59636e; font-size: 12px; }
          .grid { stroke: #d8dee4; stroke-width: 1; }
          .range { stroke: #1f2328; stroke-width: 1.5; opacity: 0.65; }
          .blue { fill: #4c7fd0; } .orange { fill: #e08a3c; } .grey { fill: #8c959f; } .key { fill: #1f2328; opacity: 0.65; }
          @media (prefers-color-scheme: dark) {
            .panel { fill: #161b22; stroke: #3d444d; }
            text { fill: #e6edf3; }
            .small { fill: #9198a1; }
            .grid { stroke: #30363d; }
            .range { stroke: #e6edf3; }
            .blue { fill: #5b93e8; } .orange { fill: #dd8b45; } .grey { fill: #7d8590; } .key { fill: #e6edf3; }
          }
        </style>
        """;

    private readonly StringBuilder _shapes = new();

    public void Text(double x, double y, string text, string style = "", string anchor = "start") =>
        Add(
            $"""<text x="{x:F1}" y="{y:F1}" class="{style}" text-anchor="{anchor}">{SecurityElement.Escape(text)}</text>"""
        );

    public void Bar(double x, double y, double width, double height, string colour) =>
        Add($"""<rect x="{x:F1}" y="{y:F1}" width="{width:F1}" height="{height:F1}" class="{colour}"/>""");

    public void Line(double x1, double y1, double x2, double y2, string style) =>
        Add($"""<line x1="{x1:F1}" y1="{y1:F1}" x2="{x2:F1}" y2="{y2:F1}" class="{style}"/>""");

    public string Write(double width, double height, string title) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:F0} {height:F0}" width="{width:F0}" height="{height:F0}" role="img">
            <title>{SecurityElement.Escape(title)}</title>
            {Styles}
            <rect x="0.5" y="0.5" width="{width - 1:F0}" height="{height - 1:F0}" rx="8" class="panel"/>
            {_shapes}</svg>

            """
        );

    private void Add(FormattableString shape) =>
        _shapes.Append(shape.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
