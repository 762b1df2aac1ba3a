using System.Text;
using System.Text.RegularExpressions;

namespace ShadowMiddleware.Fuzzer.Clients;

/// <summary>What a server said, by stream: HTTP/1.1 has one. What two right answers may differ in is left out.</summary>
internal sealed partial class Transcript
{
    private readonly Dictionary<int, string> _streams;
    private readonly bool _isBroken;

    private Transcript(Dictionary<int, string> streams, bool isBroken)
    {
        _streams = streams;
        _isBroken = isBroken;
    }

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
            },
            isBroken: false
        );
    }

    /// <inheritdoc cref="OfHttp1" />
    public static Transcript OfHttp2(ReadOnlySpan<byte> bytes) =>
        new(FrameReader.Read(bytes, out var isBroken), isBroken);

    /// <summary>
    /// Whether both are the same. A server that resets a stream, or gives up the connection for an error, throws away what it had not
    /// sent of it yet, and how much that was is chance. That it does so, and why, is not.
    /// </summary>
    public bool Same(Transcript other) =>
        _streams
            .Keys.Union(other._streams.Keys)
            .All(stream => Same(stream, Of(stream), other.Of(stream), _isBroken && other._isBroken));

    /// <summary>Whether each of both may be the other, broken off.</summary>
    public bool IsCutFrom(Transcript other) =>
        _streams.Keys.Union(other._streams.Keys).All(stream => IsCutFrom(stream, Of(stream), other.Of(stream)));

    public override string ToString() =>
        string.Concat(
            _streams
                .OrderBy(stream => stream.Key)
                .Select(stream => $"stream {stream.Key}: {Escaped.Text(Encoding.Latin1.GetBytes(stream.Value))}\n")
        );

    private static bool Same(int stream, string left, string right, bool isBroken)
    {
        if (left == right || stream <= 0)
        {
            return left == right;
        }

        var (_, leftReset) = Split(left);
        var (_, rightReset) = Split(right);
        return (isBroken || (leftReset != "" && leftReset == rightReset)) && IsCutFrom(stream, left, right);
    }

    private static bool IsCutFrom(int stream, string left, string right)
    {
        if (stream <= 0)
        {
            return IsCutFrom(left, right);
        }

        var (leftSaid, leftReset) = Split(left);
        var (rightSaid, rightReset) = Split(right);
        return (leftReset == rightReset || leftReset == "" || rightReset == "") && IsCutFrom(leftSaid, rightSaid);
    }

    private static (string Said, string Reset) Split(string stream)
    {
        var at = stream.LastIndexOf(FrameReader.ResetMark, StringComparison.Ordinal);
        return at < 0 ? (stream, "") : (stream[..at], stream[at..]);
    }

    private string Of(int stream) => _streams.GetValueOrDefault(stream, "");

    private static bool IsCutFrom(string left, string right) =>
        left.StartsWith(right, StringComparison.Ordinal) || right.StartsWith(left, StringComparison.Ordinal);

    [GeneratedRegex("(?<=\r\n)Date: [^\r]*", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex DateField();
}
