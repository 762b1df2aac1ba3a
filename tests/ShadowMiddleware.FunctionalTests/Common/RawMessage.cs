using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>One HTTP/1.1 message, as it was on the wire and taken apart.</summary>
internal sealed partial class RawMessage
{
    private RawMessage(string startLine, IReadOnlyList<KeyValuePair<string, string>> fields, byte[] raw, byte[] body)
    {
        StartLine = startLine;
        Fields = fields;
        Raw = raw;
        Body = body;
    }

    public string StartLine { get; }

    public IReadOnlyList<KeyValuePair<string, string>> Fields { get; }

    /// <summary>All bytes, framing included.</summary>
    public byte[] Raw { get; }

    /// <summary>The content, without framing.</summary>
    public byte[] Body { get; }

    public string BodyText => Encoding.UTF8.GetString(Body);

    public string Method => StartLine[..StartLine.IndexOf(' ', StringComparison.Ordinal)];

    public string Target => StartLine.Split(' ')[1];

    public int Status => int.Parse(StartLine.AsSpan(9, 3), CultureInfo.InvariantCulture);

    public bool Has(string name) => Fields.Any(field => IsName(field.Key, name));

    /// <summary>The combined value (RFC 9110 section 5.3), or <see langword="null"/> when there is no such field.</summary>
    public string? Value(string name) =>
        Has(name)
            ? string.Join(", ", Fields.Where(field => IsName(field.Key, name)).Select(field => field.Value))
            : null;

    /// <summary>Every byte as one character, with the only field that two equal responses may differ in set to a constant.</summary>
    public string ComparableText() => DateField().Replace(Encoding.Latin1.GetString(Raw), "Date: -");

    public override string ToString() => Encoding.Latin1.GetString(Raw, 0, Math.Min(Raw.Length, 2048));

    public static RawMessage ParseHead(byte[] head)
    {
        var lines = Encoding.UTF8.GetString(head).Split("\r\n");
        var fields = new List<KeyValuePair<string, string>>();

        foreach (var line in lines.Skip(1).Where(line => line.Length > 0))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            Assert.True(colon > 0, $"Not a header field: {line}");
            fields.Add(new(line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
        }

        return new(lines[0], fields, head, []);
    }

    public RawMessage WithBody(byte[] raw, byte[] body) => new(StartLine, Fields, [.. Raw, .. raw], body);

    public RawMessage After(byte[] earlier) => new(StartLine, Fields, [.. earlier, .. Raw], Body);

    private static bool IsName(string left, string right) =>
        string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("(?<=\r\n)Date: [^\r]*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DateField();
}
