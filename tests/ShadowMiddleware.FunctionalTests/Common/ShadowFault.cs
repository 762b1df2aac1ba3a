namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>A way in which a shadow can be broken, and what the ledger may say about it.</summary>
internal sealed class ShadowFault : IAsyncDisposable
{
    private static readonly Dictionary<string, Func<ShadowFault>> _all = new(StringComparer.Ordinal)
    {
        ["refuses"] = () => Of(new RefusedPort(), port => port.Address, "failed.connect"),
        ["has no address"] = () =>
            Of(new RefusedPort(), _ => "http://shadow.invalid", "failed.connect", "failed.timeout"),
        ["hangs"] = () => Raw(ShadowScripts.Hang(), "failed.timeout"),
        ["closes at once"] = () => Raw(ShadowScripts.Close(), "failed.reset"),
        ["resets at once"] = () => Raw(ShadowScripts.Reset(), "failed.reset", "failed.connect"),
        ["resets before the response"] = () => Raw(ShadowScripts.ResetAfter(""), "failed.reset"),
        ["resets in the head"] = () => Raw(ShadowScripts.ResetAfter("HTTP/1.1 200 OK\r\nContent-Le"), "failed.reset"),
        ["resets in the body"] = () =>
            Raw(ShadowScripts.ResetAfter("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nsome"), "failed.reset"),
        ["closes in the body"] = () =>
            Raw(ShadowScripts.AnswerAndClose("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome"), "failed.reset"),
        ["closes in a chunk"] = () =>
            Raw(
                ShadowScripts.AnswerAndClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nx"),
                "failed.reset"
            ),
        ["sends a bad chunk"] = () =>
            Raw(
                ShadowScripts.AnswerAndClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno\r\n\r\n"),
                "failed.protocol"
            ),
        ["sends garbage"] = () => Raw(ShadowScripts.AnswerAndClose("SSH-2.0-OpenSSH_9.9\r\n\r\n"), "failed.protocol"),
        ["answers 500"] = () =>
            Raw(ShadowScripts.Answer("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"), "completed.5xx"),
        ["sends an endless body"] = () => Raw(ShadowScripts.EndlessBody(), "completed.2xx"),
        ["sends an endless head"] = () => Raw(ShadowScripts.EndlessHead(), "failed.protocol", "failed.other"),
        ["sends endless interim responses"] = () =>
            Raw(ShadowScripts.EndlessInterim(), "failed.timeout", "failed.protocol"),
        ["drips"] = () => Raw(ShadowScripts.Drip(), "failed.timeout"),
        ["speaks no TLS"] = () =>
            Of(
                RawShadow.Start(ShadowScripts.Speak("HTTP/1.1 400 Bad Request\r\n\r\n")),
                shadow => $"https://127.0.0.1:{shadow.Port}",
                "failed.tls"
            ),
        ["hangs in TLS"] = () =>
            Of(RawShadow.Start(ShadowScripts.Hang()), shadow => $"https://127.0.0.1:{shadow.Port}", "failed.timeout"),

        // The platform's client tells no cause when the handshake breaks off before it has written its own part: then it is "other".
        ["speaks no HTTP/2"] = () =>
            Raw(
                ShadowScripts.Answer("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
                "failed.protocol",
                "failed.other"
            ),
    };

    private readonly IAsyncDisposable _owner;

    private ShadowFault(IAsyncDisposable owner, string address, string[] outcomes)
    {
        _owner = owner;
        Address = address;
        Outcomes = outcomes;
    }

    public static IEnumerable<string> Names => _all.Keys;

    public string Address { get; }

    /// <summary>The counts that may be there, and no others.</summary>
    public IReadOnlyList<string> Outcomes { get; }

    /// <summary>Short where the fault shows as a timeout, ample where a timeout would hide it on a busy machine.</summary>
    public TimeSpan Timeout =>
        Outcomes.Contains("failed.timeout") ? TimeSpan.FromMilliseconds(300) : TimeSpan.FromSeconds(15);

    public static ShadowFault Start(string name) => _all[name]();

    /// <summary>The version that a mirror has to be set to for the fault to show.</summary>
    public static string? HttpVersionFor(string name) => name == "speaks no HTTP/2" ? "2" : null;

    public ValueTask DisposeAsync() => _owner.DisposeAsync();

    private static ShadowFault Raw(ShadowScript script, params string[] outcomes) =>
        Of(RawShadow.Start(script), shadow => shadow.Address, outcomes);

    private static ShadowFault Of<T>(T owner, Func<T, string> address, params string[] outcomes)
        where T : IAsyncDisposable => new(owner, address(owner), outcomes);
}
