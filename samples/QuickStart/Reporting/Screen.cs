using System.Diagnostics;

namespace QuickStart.Reporting;

/// <summary>
/// Where everything is written to. On a terminal the progress is one line at the bottom, written over and over; where the output is
/// redirected, it is a line now and then, if there is news.
/// </summary>
internal sealed class Screen(TextWriter output, bool onTerminal)
{
    private const int Width = 79;

    private readonly Lock _lock = new();
    private string _progress = "";
    private long _progressWritten;

    public void WriteLine(string text = "")
    {
        lock (_lock)
        {
            Overwrite("");
            output.WriteLine(text);
            Overwrite(_progress);
        }
    }

    public void ShowProgress(string text, TimeSpan intervalElsewhere)
    {
        lock (_lock)
        {
            if (onTerminal)
            {
                _progress = text;
                Overwrite(text);
            }
            else if (text != _progress && IsDue(intervalElsewhere))
            {
                _progress = text;
                _progressWritten = Stopwatch.GetTimestamp();
                output.WriteLine(text);
            }
        }
    }

    public void EndProgress()
    {
        lock (_lock)
        {
            Overwrite("");
            _progress = "";
        }
    }

    private bool IsDue(TimeSpan interval) =>
        _progress.Length == 0 || Stopwatch.GetElapsedTime(_progressWritten) >= interval;

    private void Overwrite(string text)
    {
        if (onTerminal && _progress.Length > 0)
        {
            output.Write($"\r{(text.Length > Width ? text[..Width] : text.PadRight(Width))}\r");
        }
    }
}
