using System.Collections.Immutable;
using System.Globalization;

namespace ShadowMiddleware.Configuration;

/// <summary>Statuses of responses, written as exact ones and classes.</summary>
internal sealed class StatusSet
{
    public const string Mend = "write a status from 100 to 599, such as \"404\", or a class, such as \"2xx\".";

    private const string ClassTail = "xx";
    private const int ClassSize = 100;
    private const int First = 100;
    private const int Last = 599;

    private readonly ImmutableArray<(int First, int Last)> _ranges;

    /// <param name="texts">What <see cref="IsStatus"/> holds for.</param>
    public StatusSet(IEnumerable<string> texts)
    {
        Texts = [.. texts];
        _ranges = [.. Texts.Select(Read).OfType<(int, int)>()];
    }

    /// <summary>As they are written.</summary>
    public ImmutableArray<string> Texts { get; }

    /// <summary>Whether a text stands for a status or a class of them.</summary>
    public static bool IsStatus(string? text) => Read(text) is not null;

    public bool Contains(int status)
    {
        foreach (var (first, last) in _ranges)
        {
            if (status >= first && status <= last)
            {
                return true;
            }
        }

        return false;
    }

    private static (int First, int Last)? Read(string? text)
    {
        if (text is not { Length: 3 })
        {
            return null;
        }

        if (text.EndsWith(ClassTail, StringComparison.OrdinalIgnoreCase))
        {
            var first = (text[0] - '0') * ClassSize;
            return first is >= First and <= Last ? (first, first + ClassSize - 1) : null;
        }

        return
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            && status is >= First and <= Last
            ? (status, status)
            : null;
    }
}
