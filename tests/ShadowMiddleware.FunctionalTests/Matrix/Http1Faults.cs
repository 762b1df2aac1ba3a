using ShadowMiddleware.FunctionalTests.Common;
using static ShadowMiddleware.FunctionalTests.Common.ShadowScripts;

namespace ShadowMiddleware.FunctionalTests.Matrix;

/// <summary>Faults of a shadow that speaks HTTP/1.1, more or less.</summary>
internal static class Http1Faults
{
    private const string Failed = "failed.reset";
    private const string NotHttp = "failed.protocol";
    private const string Answered = "completed.2xx";

    // Small enough that a body of the matrix does not fit into the buffers of a connection.
    private const int SmallBuffer = 8 * 1024;

    public static IEnumerable<ShadowFault> All =>
        [.. Statuses, .. BrokenOff, .. NoHttp, .. Lengths, .. Endless, .. Interim, .. Slow, .. Early, .. Stale];

    private static IEnumerable<ShadowFault> Statuses =>
        [
            Keeps("has no fault", Answer(), Answered),
            Keeps("answers 500 with a body", Answer(Response("500 No", "broken")), "completed.5xx"),
            Keeps("answers 503 and asks to retry", Answer(Response("503 Busy", "", "Retry-After: 0")), "completed.5xx"),
            Keeps("redirects to itself", Answer(Response("307 Go", "", "Location: /text")), "completed.3xx"),
            Keeps("redirects for good, in circles", Answer(Response("308 Go", "", "Location: .")), "completed.3xx"),
            Keeps(
                "asks for credentials",
                Answer(Response("401 Who", "", "WWW-Authenticate: Negotiate")),
                "completed.4xx"
            ),
        ];

    private static IEnumerable<ShadowFault> BrokenOff =>
        [
            Raw("resets before the response", ResetAfter(""), Failed),
            Raw("resets in the head", ResetAfter("HTTP/1.1 200 OK\r\nContent-Le"), Failed),
            InBody("resets after the head", ResetAfter("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"), Failed),
            InBody("resets in the body", ResetAfter("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nsome"), Failed),
            Raw("resets after the response", ResetAfter(Ok), Answered, Failed),
            Raw("closes before the response", AnswerAndClose(""), Failed),
            Raw("closes in the head", AnswerAndClose("HTTP/1.1 200 OK\r\nContent-Le"), Failed),
            InBody("closes in the body", AnswerAndClose("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome"), Failed),
            InBody(
                "closes in a chunk",
                AnswerAndClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nx"),
                Failed
            ),
            InBody(
                "closes before the last chunk",
                AnswerAndClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"),
                Failed
            ),
        ];

    private static IEnumerable<ShadowFault> NoHttp =>
        [
            Raw("sends garbage", AnswerAndClose("\u0016\u0003\u0001\u0002garbage\r\n\r\n"), NotHttp),
            Raw("answers in another version", AnswerAndClose("HTTP/3.7 200 OK\r\n\r\n"), NotHttp),
            Raw("answers with no status", AnswerAndClose("HTTP/1.1 OK\r\n\r\n"), NotHttp),
            Raw("sends a field without a colon", AnswerAndClose("HTTP/1.1 200 OK\r\nno colon\r\n\r\n"), NotHttp),
            Raw(
                "sends NUL in a field",
                Answer("HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 0\r\n\r\n"),
                Answered,
                NotHttp
            ),
            InBody(
                "sends a bad chunk",
                AnswerAndClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno\r\n\r\n"),
                NotHttp
            ),
            InBody(
                "sends a chunk of no possible size",
                AnswerAndClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"),
                NotHttp
            ),
            Raw(
                "speaks HTTP/2 only",
                AnswerAndClose("\0\0\u0006\u0004\0\0\0\0\0\0\u0003\0\0\0\u0064"),
                NotHttp,
                Failed
            ),
        ];

    private static IEnumerable<ShadowFault> Lengths =>
        [
            Raw(
                "announces too short a body",
                Answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP"),
                Answered,
                NotHttp
            ),
            Raw(
                "sends a second response unasked",
                Answer($"{Ok}HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"),
                Answered,
                "completed.5xx"
            ),
            InBody(
                "announces too long a body",
                Answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"),
                ShadowFault.Timeout
            ),
            Raw(
                "announces two lengths",
                Answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok"),
                NotHttp,
                Answered,
                ShadowFault.Timeout
            ),
            Raw(
                "announces a negative length",
                AnswerAndClose("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nok"),
                NotHttp,
                Answered
            ),
            Raw(
                "announces a length of 30 digits",
                AnswerAndClose($"HTTP/1.1 200 OK\r\nContent-Length: {new string('9', 30)}\r\n\r\nok"),
                NotHttp,
                Answered
            ),
            Raw(
                "announces a length and chunks",
                Answer(
                    "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
                ),
                Answered,
                NotHttp
            ),
        ];

    private static IEnumerable<ShadowFault> Endless =>
        [
            Raw("sends an endless body", EndlessBody(), Answered),
            Raw(
                "sends endless chunks",
                Repeat("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", $"fff\r\n{new string('x', 0xfff)}\r\n"),
                Answered
            ),
            Raw("sends 100 MB of header fields", HeaderFields(100), NotHttp),
            Raw("sends an endless line", Repeat("HTTP/1.1 200 OK\r\nX-A: ", new string('x', 4000)), NotHttp),
            InBody(
                "sends endless trailers",
                Repeat(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
                    $"X-A: {new string('x', 4000)}\r\n"
                ),
                NotHttp
            ),
        ];

    private static IEnumerable<ShadowFault> Interim =>
        [
            Keeps("sends 100 Continue unasked", Answer($"HTTP/1.1 100 Continue\r\n\r\n{Ok}"), Answered),
            Keeps("sends many interim responses", Answer(string.Concat(Enumerable.Repeat(Hint, 50)) + Ok), Answered),
            Raw("sends 100 Continue and nothing more", Answer("HTTP/1.1 100 Continue\r\n\r\n"), ShadowFault.Timeout),
            Raw("sends endless interim responses", Repeat("", Hint), ShadowFault.Timeout, NotHttp),
            Raw(
                "switches protocols unasked",
                Answer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"),
                "completed.1xx"
            ),
        ];

    private static IEnumerable<ShadowFault> Slow =>
        [
            Raw("reads and never answers", Answer(""), ShadowFault.Timeout),
            Raw("drips the head", Drip("", "HTTP/1.1 200 OK\r\nX-A: "), ShadowFault.Timeout),
            InBody(
                "drips the body",
                Drip("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", ""),
                ShadowFault.Timeout
            ),
            Keeps("reads the body byte by byte", AnswerSlowReader(), Answered),
            new(
                "stops to read in the body",
                ShadowFault.Http1,
                () =>
                    FaultyShadow.Of(
                        StopInBody(),
                        configureClient: handler => SmallBuffers.Use(handler, SmallBuffer),
                        receiveBuffer: SmallBuffer
                    ),
                Answered,
                ShadowFault.Timeout
            ),
        ];

    private static IEnumerable<ShadowFault> Early =>
        [
            Keeps("answers before it reads the body", AnswerEarly(), Answered),
            Raw("answers before the body and closes", AnswerEarlyAndClose(), "completed.4xx", Failed),
            new(
                "answers before the body and reads no more",
                ShadowFault.Http1,
                () =>
                    FaultyShadow.Of(
                        AnswerEarlyAndStop(),
                        configureClient: handler => SmallBuffers.Use(handler, SmallBuffer),
                        receiveBuffer: SmallBuffer
                    ),
                Answered,
                ShadowFault.Timeout
            ),
        ];

    private static IEnumerable<ShadowFault> Stale =>
        [
            Raw("closes after each response, without a word", AnswerAndClose(Ok), Answered, Failed),
            Raw("resets as the next request comes", AnswerThenResetOnNext(), Answered, Failed),
            Raw("closes its half after the response", AnswerAndHalfClose(), Answered, Failed),
        ];

    private static string Hint => "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";

    private static string Response(string status, string body, params string[] fields) =>
        $"HTTP/1.1 {status}\r\n{string.Concat(fields.Select(field => $"{field}\r\n"))}Content-Length: {body.Length}\r\n\r\n{body}";

    private static ShadowFault Raw(string name, ShadowScript script, params string[] outcomes) =>
        ShadowFault.Raw(name, ShadowFault.Http1, script, outcomes);

    private static ShadowFault InBody(string name, ShadowScript script, params string[] outcomes) =>
        Raw(name, script, outcomes) with
        {
            ShowsInBody = true,
        };

    private static ShadowFault Keeps(string name, ShadowScript script, params string[] outcomes) =>
        Raw(name, script, outcomes) with
        {
            KeepsConnections = true,
        };
}
