using System.Diagnostics;

namespace QuickStart.Reporting;

/// <summary>One line that is written over and over on a terminal; where the output is redirected, a line now and then if there is news.</summary>
internal sealed class ProgressLine(TextWriter output, bool onTerminal, TimeSpan intervalElsewhere)
{
    private const int Width = 79;
    private long _last;
    private string? _lastText;

    public void Show(string text)
    {
        if (onTerminal)
        {
            output.Write($"\r{Fit(text)}");
            return;
        }

        var news = !string.Equals(text, _lastText, StringComparison.Ordinal);
        if (news && (_lastText is null || Stopwatch.GetElapsedTime(_last) >= intervalElsewhere))
        {
            _last = Stopwatch.GetTimestamp();
            _lastText = text;
            output.WriteLine(text);
        }
    }

    /// <summary>Takes the line away, so that what follows starts on a clean one.</summary>
    public void Clear()
    {
        if (onTerminal)
        {
            output.Write($"\r{Fit("")}\r");
        }
    }

    private static string Fit(string text) => text.Length > Width ? text[..Width] : text.PadRight(Width);
}
