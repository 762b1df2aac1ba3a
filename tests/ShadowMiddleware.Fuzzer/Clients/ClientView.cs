using System.Text;
using System.Text.RegularExpressions;

namespace ShadowMiddleware.Fuzzer.Clients;

/// <summary>Everything that a client can tell of its connection.</summary>
internal sealed partial class ClientView
{
    private readonly byte[] _received;
    private readonly ConnectionEnd _end;

    // What cannot be cut off, and what followed it. Dates are the one thing that two right answers may differ in.
    private readonly string _certain;
    private readonly string _rest;

    /// <param name="received">All bytes.</param>
    /// <param name="certain">How many of them had come before the connection began to end.</param>
    /// <param name="end">How the connection ended.</param>
    public ClientView(byte[] received, int certain, ConnectionEnd end)
    {
        _received = received;
        _end = end;
        _certain = WithoutDates(received.AsSpan(0, certain));
        _rest = WithoutDates(received.AsSpan(certain));
    }

    public bool IsSilent => _end == ConnectionEnd.Silent;

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

    public override string ToString() => $"{Escaped.Text(_received)}\n[{_received.Length} bytes, then: {_end}]";

    private static bool IsCutFrom(string left, string right) =>
        left.StartsWith(right, StringComparison.Ordinal) || right.StartsWith(left, StringComparison.Ordinal);

    private static string WithoutDates(ReadOnlySpan<byte> bytes) =>
        DateField().Replace(Encoding.Latin1.GetString(bytes), "Date: -");

    [GeneratedRegex("(?<=\r\n)Date: [^\r]*", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex DateField();
}
