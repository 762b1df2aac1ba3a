using System.Text;
using System.Text.RegularExpressions;

namespace ShadowMiddleware.Fuzzer.Clients;

/// <summary>Everything that a client can tell of its connection.</summary>
internal sealed partial class ClientView
{
    private readonly byte[] _received;
    private readonly ConnectionEnd _end;

    // Dates are the one thing that two right answers may differ in.
    private readonly string _all;

    // What cannot be cut off, and what followed it.
    private readonly string _certain;
    private readonly string _rest;

    /// <param name="received">All bytes.</param>
    /// <param name="certain">How many of them had come before the connection began to end.</param>
    /// <param name="end">How the connection ended.</param>
    /// <param name="timeouts">How often the client waited in vain.</param>
    /// <param name="continueIsChance">Whether "100 Continue" is left out of comparisons.</param>
    public ClientView(byte[] received, int certain, ConnectionEnd end, int timeouts, bool continueIsChance)
    {
        _received = received;
        _end = end;
        Timeouts = timeouts;
        _all = Comparable(received, continueIsChance);
        _certain = Comparable(received.AsSpan(0, certain), continueIsChance);
        _rest = Comparable(received.AsSpan(certain), continueIsChance);
    }

    /// <summary>How often the client waited for something to happen, and gave up.</summary>
    public int Timeouts { get; }

    /// <summary>Whether both are what one server may show one client.</summary>
    public bool Matches(ClientView other)
    {
        if (_end != other._end)
        {
            return false;
        }

        // A reset takes with it what had not been read yet; a client that leaves has read as much as had arrived; and a server whose
        // client says that it sends no more gives up at once what it was about to say. Where the bytes break off is chance then.
        return _end == ConnectionEnd.Closed
            ? _certain == other._certain && _rest == other._rest
            : _certain == other._certain && IsCutFrom(_rest, other._rest);
    }

    /// <summary>
    /// Whether both differ in nothing but how the connection was closed. Where a server closes on bytes that it has not read, the
    /// system makes a reset of it, and whether they had arrived by then is chance.
    /// </summary>
    public bool MatchesButForTheEnd(ClientView other) =>
        (_end is ConnectionEnd.Closed or ConnectionEnd.Reset)
        && (other._end is ConnectionEnd.Closed or ConnectionEnd.Reset)
        && IsCutFrom(_rest, other._rest);

    /// <summary>
    /// Whether both show the same bytes, and differ only in how many of them came before the client gave up waiting. On a busy machine
    /// an app may lose the processor for longer than a client waits.
    /// </summary>
    public bool MatchesButForTheMoment(ClientView other) =>
        _end == ConnectionEnd.Silent && other._end == ConnectionEnd.Silent && _all == other._all;

    public override string ToString() => $"{Escaped.Text(_received)}\n[{_received.Length} bytes, then: {_end}]";

    private static bool IsCutFrom(string left, string right) =>
        left.StartsWith(right, StringComparison.Ordinal) || right.StartsWith(left, StringComparison.Ordinal);

    private static string Comparable(ReadOnlySpan<byte> bytes, bool continueIsChance)
    {
        var text = DateField().Replace(Encoding.Latin1.GetString(bytes), "Date: -");
        return continueIsChance ? text.Replace("HTTP/1.1 100 Continue\r\n\r\n", "", StringComparison.Ordinal) : text;
    }

    [GeneratedRegex("(?<=\r\n)Date: [^\r]*", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex DateField();
}
