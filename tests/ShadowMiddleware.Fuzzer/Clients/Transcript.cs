using System.Text;
using System.Text.RegularExpressions;

namespace ShadowMiddleware.Fuzzer.Clients;

/// <summary>What a server said, by stream: HTTP/1.1 has one. What two right answers may differ in is left out.</summary>
internal sealed partial class Transcript
{
    private readonly Dictionary<int, string> _streams;

    private Transcript(Dictionary<int, string> streams) => _streams = streams;

    /// <param name="bytes">Bytes from the beginning of the connection.</param>
    /// <param name="continueIsChance">Whether "100 Continue" is left out.</param>
    public static Transcript OfHttp1(ReadOnlySpan<byte> bytes, bool continueIsChance)
    {
        var text = DateField().Replace(Encoding.Latin1.GetString(bytes), "Date: -");
        return new(
            new()
            {
                [0] = continueIsChance
                    ? text.Replace("HTTP/1.1 100 Continue\r\n\r\n", "", StringComparison.Ordinal)
                    : text,
            }
        );
    }

    /// <inheritdoc cref="OfHttp1" />
    public static Transcript OfHttp2(ReadOnlySpan<byte> bytes) => new(FrameReader.Read(bytes));

    public bool Same(Transcript other) =>
        _streams.Count == other._streams.Count
        && _streams.All(stream => other._streams.GetValueOrDefault(stream.Key) == stream.Value);

    /// <summary>Whether each of both may be the other, broken off.</summary>
    public bool IsCutFrom(Transcript other) =>
        _streams
            .Keys.Union(other._streams.Keys)
            .All(stream =>
                IsCutFrom(_streams.GetValueOrDefault(stream, ""), other._streams.GetValueOrDefault(stream, ""))
            );

    public override string ToString() =>
        string.Concat(
            _streams
                .OrderBy(stream => stream.Key)
                .Select(stream => $"stream {stream.Key}: {Escaped.Text(Encoding.Latin1.GetBytes(stream.Value))}\n")
        );

    private static bool IsCutFrom(string left, string right) =>
        left.StartsWith(right, StringComparison.Ordinal) || right.StartsWith(left, StringComparison.Ordinal);

    [GeneratedRegex("(?<=\r\n)Date: [^\r]*", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex DateField();
}
