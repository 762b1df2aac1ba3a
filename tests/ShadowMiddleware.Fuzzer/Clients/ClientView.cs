using ShadowMiddleware.Fuzzer.Generation;

namespace ShadowMiddleware.Fuzzer.Clients;

/// <summary>Everything that a client can tell of its connection.</summary>
internal sealed class ClientView
{
    private readonly byte[] _received;
    private readonly ConnectionEnd _end;
    private readonly bool _isHttp2;
    private readonly Transcript _all;

    // What cannot have been cut off.
    private readonly Transcript _certain;

    /// <param name="received">All bytes.</param>
    /// <param name="certain">How many of them had come before the connection began to end.</param>
    /// <param name="end">How the connection ended.</param>
    /// <param name="timeouts">How often the client waited in vain.</param>
    /// <param name="fuzzCase">What the client did.</param>
    public ClientView(byte[] received, int certain, ConnectionEnd end, int timeouts, FuzzCase fuzzCase)
    {
        _received = received;
        _end = end;
        _isHttp2 = fuzzCase.IsHttp2;
        Timeouts = timeouts;
        _all = Read(received);
        _certain = Read(received.AsSpan(0, certain));

        Transcript Read(ReadOnlySpan<byte> bytes) =>
            fuzzCase.IsHttp2 ? Transcript.OfHttp2(bytes) : Transcript.OfHttp1(bytes, fuzzCase.ContinueIsChance);
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
            ? _all.Same(other._all)
            : _certain.Same(other._certain) && _all.IsCutFrom(other._all);
    }

    /// <summary>
    /// Whether both differ in nothing but how the connection was closed. Where a server closes on bytes that it has not read, the
    /// system makes a reset of it, and whether they had arrived by then is chance.
    /// </summary>
    public bool MatchesButForTheEnd(ClientView other) =>
        (_end is ConnectionEnd.Closed or ConnectionEnd.Reset)
        && (other._end is ConnectionEnd.Closed or ConnectionEnd.Reset)
        && _all.IsCutFrom(other._all);

    /// <summary>
    /// Whether this differs from the other only in that its client gave up waiting earlier. On a busy machine an app may lose the
    /// processor for longer than a client waits; the client then says that it sends no more, and what the app has not said by then may
    /// be lost.
    /// </summary>
    public bool MatchesButForTheMoment(ClientView other) =>
        _end == ConnectionEnd.Silent
        && other._end is (ConnectionEnd.Silent or ConnectionEnd.Closed)
        && (Timeouts > other.Timeouts ? _all.IsCutFrom(other._all) : _all.Same(other._all));

    public override string ToString() =>
        $"{(_isHttp2 ? _all.ToString() : Escaped.Text(_received))}\n[{_received.Length} bytes, then: {_end}]";
}
