using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.FunctionalTests.Http2;

namespace ShadowMiddleware.FunctionalTests.Matrix;

/// <summary>Faults of a shadow that speaks HTTP/2 over cleartext, more or less.</summary>
internal static class Http2Faults
{
    private const string Broken = "failed.reset";
    private const string NotHttp = "failed.protocol";
    private const string Answered = "completed.2xx";

    public static IEnumerable<ShadowFault> All =>
        [
            .. Whole,
            .. NoHandshake,
            .. GoAway,
            .. Resets,
            .. Windows,
            .. Early,
            .. BadFrames,
            .. Endless,
            .. Limits,
            .. Interim,
        ];

    private static IEnumerable<ShadowFault> Whole =>
        [
            Keeps("has no fault", new() { OnEnd = (peer, copy) => peer.AnswerAsync(copy) }, Answered),
            Keeps(
                "answers 500 with a body",
                new() { OnEnd = (peer, copy) => peer.AnswerAsync(copy, 500) },
                "completed.5xx"
            ),
            Keeps(
                "redirects to itself",
                new() { OnEnd = (peer, copy) => peer.HeadAsync(copy, 307, endStream: true, ("location", "/text")) },
                "completed.3xx"
            ),
            Keeps(
                "sends trailers",
                new()
                {
                    OnEnd = async (peer, copy) =>
                    {
                        await peer.HeadAsync(copy, 200, endStream: false);
                        await peer.DataAsync(copy, new byte[100], endStream: false);
                        await peer.FieldsAsync(copy, Http2Fields.Literal("x-end", "1"), endStream: true);
                    },
                },
                Answered
            ),
            // RFC 9113 section 4.1 has it ignored; the platform's client does not.
            Raw(
                "sends frames of types that nobody knows",
                new Http2Behaviour
                {
                    OnEnd = async (peer, copy) =>
                    {
                        await peer.WriteAsync(type: 0xbe, flags: 0xff, copy.Stream, new byte[20]);
                        await peer.AnswerAsync(copy);
                    },
                },
                NotHttp
            ),
        ];

    private static IEnumerable<ShadowFault> NoHandshake =>
        [
            Raw(
                "speaks HTTP/1.1 only",
                ShadowScripts.Speak("HTTP/1.1 400 Bad Request\r\n\r\n"),
                NotHttp,
                Broken,
                "failed.other"
            ),
            Raw("closes after the preface", new Http2Behaviour { OnStart = Close }, Broken, NotHttp, "failed.other"),
            Raw(
                "answers without SETTINGS",
                new Http2Behaviour { SendsSettings = false },
                NotHttp,
                Broken,
                "failed.other"
            ),
            Raw("never sends SETTINGS nor answers", ShadowScripts.Speak(""), ShadowFault.Timeout),
        ];

    // A client that meets a GOAWAY before it has sent anything tells no reason.
    private static IEnumerable<ShadowFault> GoAway =>
        [
            new(
                "sends GOAWAY before the first answer, then takes the copies on a new connection",
                ShadowFault.Http2,
                () => FaultyShadow.Of(EveryOther(new() { OnEnd = (peer, _) => LeaveAsync(peer, last: 0) }, new())),
                Answered,
                Broken,
                NotHttp
            ),
            Raw(
                "sends GOAWAY before the first answer on each connection",
                new Http2Behaviour { OnEnd = (peer, _) => LeaveAsync(peer, last: 0) },
                Broken,
                NotHttp
            ),
            Raw(
                "sends GOAWAY at once",
                new Http2Behaviour { OnStart = peer => LeaveAsync(peer, last: 0) },
                Broken,
                NotHttp
            ),
            Raw(
                "sends GOAWAY in the middle of its streams",
                new Http2Behaviour
                {
                    OnEnd = (peer, copy) => copy.Stream == 1 ? peer.AnswerAsync(copy) : LeaveAsync(peer, last: 1),
                },
                Answered,
                Broken,
                NotHttp
            ),
            Raw(
                "sends GOAWAY, answers what is open and closes",
                new Http2Behaviour
                {
                    OnHead = (peer, copy) => copy.Stream == 5 ? LeaveAsync(peer, last: 5) : Task.CompletedTask,
                    OnEnd = (peer, copy) => copy.Stream <= 5 ? peer.AnswerAsync(copy) : Task.CompletedTask,
                },
                Answered,
                Broken,
                NotHttp
            ),
            Raw(
                "sends GOAWAY and closes",
                new Http2Behaviour
                {
                    OnHead = async (peer, copy) =>
                    {
                        await LeaveAsync(peer, copy.Stream);
                        throw Closed();
                    },
                },
                Broken,
                NotHttp
            ),
            Raw(
                "sends GOAWAY with an error",
                new Http2Behaviour
                {
                    OnHead = (peer, _) => peer.GoAwayAsync(0, Http2Error.EnhanceYourCalm),
                    OnEnd = Nothing,
                },
                Broken,
                NotHttp
            ),
            Raw(
                "calls the client's frames a protocol error",
                new Http2Behaviour
                {
                    OnHead = async (peer, copy) =>
                    {
                        await peer.GoAwayAsync(copy.Stream, Http2Error.Protocol);
                        throw Closed();
                    },
                },
                Broken,
                NotHttp
            ),
        ];

    private static IEnumerable<ShadowFault> Resets =>
        [
            new(
                "refuses each other stream",
                ShadowFault.Http2,
                () => FaultyShadow.Of(RefusesEachOther()),
                Answered,
                Broken
            )
            {
                KeepsConnections = true,
            },
            Keeps("refuses each stream", new() { OnHead = Reset(Http2Error.RefusedStream), OnEnd = Nothing }, Broken),
            Keeps("cancels each stream", new() { OnHead = Reset(Http2Error.Cancel), OnEnd = Nothing }, Broken),
            Keeps("resets each stream once the body is there", new() { OnEnd = Reset(Http2Error.Internal) }, Broken),
            Raw(
                "resets in the head",
                new Http2Behaviour
                {
                    OnEnd = async (peer, copy) =>
                    {
                        await peer.WriteAsync(Http2Frame.Headers, flags: 0, copy.Stream, Http2Fields.Status(200));
                        await peer.ResetAsync(copy, Http2Error.Internal);
                    },
                },
                NotHttp,
                Broken
            ),
            Keeps(
                "resets after the head",
                new()
                {
                    OnEnd = async (peer, copy) =>
                    {
                        await peer.HeadAsync(copy, 200, endStream: false);
                        await peer.ResetAsync(copy, Http2Error.Cancel);
                    },
                },
                Broken
            ),
            Keeps(
                "resets in the body",
                new()
                {
                    OnEnd = async (peer, copy) =>
                    {
                        await peer.HeadAsync(copy, 200, endStream: false);
                        await peer.DataAsync(copy, new byte[1000], endStream: false);
                        await peer.ResetAsync(copy, Http2Error.Internal);
                    },
                },
                Broken
            ),
            Raw(
                "closes in the body",
                new Http2Behaviour
                {
                    OnEnd = async (peer, copy) =>
                    {
                        await peer.HeadAsync(copy, 200, endStream: false);
                        await peer.WriteAsync(Http2Frame.Data, 0, copy.Stream, new byte[10], claimed: 1000);
                        throw Closed();
                    },
                },
                Broken
            ),
            Raw(
                "resets the connection in the body",
                new Http2Behaviour
                {
                    OnEnd = async (peer, copy) =>
                    {
                        await peer.HeadAsync(copy, 200, endStream: false);
                        peer.Reset();
                    },
                },
                Broken
            ),
        ];

    private static IEnumerable<ShadowFault> Windows =>
        [
            Keeps(
                "takes no byte of a body",
                new() { Settings = [(Http2Setting.InitialWindowSize, 0)], OpensWindows = false },
                Answered,
                ShadowFault.Timeout
            ),
            Raw(
                "takes the beginning of a body",
                new Http2Behaviour { OpensWindows = false },
                Answered,
                ShadowFault.Timeout
            ),
            Keeps(
                "takes a body ten thousand bytes at a time",
                new() { Settings = [(Http2Setting.InitialWindowSize, 10_000)] },
                Answered
            ),
            Keeps("reads and never answers", new() { OnEnd = Nothing }, ShadowFault.Timeout),
        ];

    private static IEnumerable<ShadowFault> Early =>
        [
            Keeps("answers before it reads the body", new() { OnHead = AnswerAsync, OnEnd = Nothing }, Answered),
            Keeps(
                "answers before the body and takes no byte of it",
                new()
                {
                    Settings = [(Http2Setting.InitialWindowSize, 0)],
                    OnHead = AnswerAsync,
                    OnEnd = Nothing,
                },
                Answered
            ),
            Keeps(
                "answers before the body and asks to stop it",
                new()
                {
                    OnHead = async (peer, copy) =>
                    {
                        await peer.AnswerAsync(copy);
                        await peer.ResetAsync(copy, Http2Error.None);
                    },
                    OnEnd = Nothing,
                },
                Answered
            ),
            Keeps(
                "answers before the body and cancels it",
                new()
                {
                    OnHead = async (peer, copy) =>
                    {
                        await peer.AnswerAsync(copy);
                        await peer.ResetAsync(copy, Http2Error.Cancel);
                    },
                    OnEnd = Nothing,
                },
                Answered,
                Broken
            ),
            Raw(
                "answers before the body and closes",
                new Http2Behaviour
                {
                    OnHead = async (peer, copy) =>
                    {
                        await peer.AnswerAsync(copy);
                        throw Closed();
                    },
                },
                Answered,
                Broken
            ),
        ];

    private static IEnumerable<ShadowFault> BadFrames =>
        [
            Bad(
                "sends a frame larger than allowed",
                (peer, copy) => peer.DataAsync(copy, new byte[20_000], endStream: true)
            ),
            Bad(
                "sends HEADERS on no stream",
                (peer, _) => peer.WriteAsync(Http2Frame.Headers, 0x5, 0, new byte[] { 0x88 })
            ),
            Bad(
                "sends DATA on a stream that nobody opened",
                (peer, _) => peer.WriteAsync(Http2Frame.Data, 1, 9999, new byte[9])
            ),
            Bad("sends DATA before HEADERS", (peer, copy) => peer.DataAsync(copy, new byte[9], endStream: true)),
            Bad("sends PING of a wrong size", (peer, _) => peer.WriteAsync(Http2Frame.Ping, 0, 0, new byte[7])),
            Bad("sends SETTINGS of a wrong size", (peer, _) => peer.WriteAsync(Http2Frame.Settings, 0, 0, new byte[5])),
            Bad("sends SETTINGS out of range", (peer, _) => peer.SettingsAsync((Http2Setting.MaxFrameSize, 1))),
            Bad(
                "pushes",
                (peer, copy) => peer.WriteAsync(Http2Frame.PushPromise, 4, copy.Stream, new byte[] { 0, 0, 0, 2, 0x82 })
            ),
            Bad(
                "opens a window by nothing",
                (peer, _) => peer.WriteAsync(Http2Frame.WindowUpdate, 0, 0, Http2Peer.Number(0))
            ),
            Bad(
                "opens a window too far",
                (peer, _) => peer.WriteAsync(Http2Frame.WindowUpdate, 0, 0, Http2Peer.Number(int.MaxValue)),
                // What the platform's client throws then, it sometimes throws as it is.
                "failed.other"
            ),
            Bad(
                "compresses wrongly",
                (peer, copy) => peer.FieldsAsync(copy, [0xff, 0xff, 0xff, 0xff, 0x0f], endStream: true)
            ),
            Bad("refers to a field that is not there", (peer, copy) => peer.FieldsAsync(copy, [0xfe], endStream: true)),
            Bad(
                "sends a response without a status",
                (peer, copy) => peer.FieldsAsync(copy, Http2Fields.Literal("a", "b"), true)
            ),
            Bad(
                "sends a field name in capitals",
                (peer, copy) => peer.HeadAsync(copy, 200, true, ("X-A", "b")),
                Answered
            ),
            Bad(
                "announces too long a body",
                async (peer, copy) =>
                {
                    await peer.HeadAsync(copy, 200, endStream: false, ("content-length", "99"));
                    await peer.DataAsync(copy, new byte[9], endStream: true);
                },
                Answered
            ),
            Bad(
                "sends more than the client's window",
                async (peer, copy) =>
                {
                    await peer.HeadAsync(copy, 200, endStream: false);
                    for (var i = 0; i < 100; i++)
                    {
                        await peer.DataAsync(copy, new byte[16_384], endStream: false);
                    }
                },
                Answered
            ),
        ];

    private static IEnumerable<ShadowFault> Endless =>
        [
            Keeps(
                "sends an endless body",
                new()
                {
                    OnEnd = async (peer, copy) =>
                    {
                        await peer.HeadAsync(copy, 200, endStream: false);
                        peer.Beside(async () =>
                        {
                            while (await copy.TakeWindowAsync(8000, peer.Token))
                            {
                                await peer.DataAsync(copy, new byte[8000], endStream: false);
                            }
                        });
                    },
                },
                Answered
            ),
            Keeps(
                "drips the body",
                new()
                {
                    OnEnd = async (peer, copy) =>
                    {
                        await peer.HeadAsync(copy, 200, endStream: false);
                        peer.Beside(async () =>
                        {
                            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
                            while (await timer.WaitForNextTickAsync(peer.Token) && !copy.IsReset)
                            {
                                await peer.DataAsync(copy, new byte[1], endStream: false);
                            }
                        });
                    },
                },
                ShadowFault.Timeout
            ),
            Raw(
                "sends endless CONTINUATION",
                new Http2Behaviour
                {
                    OnEnd = async (peer, copy) =>
                    {
                        await peer.WriteAsync(Http2Frame.Headers, flags: 0, copy.Stream, Http2Fields.Status(200));
                        await ForeverAsync(() => peer.WriteAsync(Http2Frame.Continuation, 0, copy.Stream, Filler));
                    },
                },
                NotHttp,
                Broken
            ),
            Raw(
                "sends endless SETTINGS",
                new Http2Behaviour
                {
                    OnStart = Beside(peer => ForeverAsync(() => peer.SettingsAsync())),
                    OnEnd = Nothing,
                },
                ShadowFault.Timeout,
                NotHttp
            ),
            Raw(
                "sends endless PING",
                new Http2Behaviour
                {
                    OnStart = Beside(peer => ForeverAsync(() => peer.WriteAsync(Http2Frame.Ping, 0, 0, new byte[8]))),
                    OnEnd = Nothing,
                },
                ShadowFault.Timeout,
                NotHttp
            ),
            Raw(
                "sends endless empty DATA",
                new Http2Behaviour
                {
                    OnEnd = async (peer, copy) =>
                    {
                        await peer.HeadAsync(copy, 200, endStream: false);
                        peer.Beside(() => ForeverAsync(() => peer.DataAsync(copy, default, endStream: false)));
                    },
                },
                ShadowFault.Timeout,
                NotHttp
            ),
        ];

    private static IEnumerable<ShadowFault> Limits =>
        [
            Raw(
                "allows no stream",
                new Http2Behaviour { Settings = [(Http2Setting.MaxConcurrentStreams, 0)] },
                Answered,
                NotHttp,
                "failed.connect",
                ShadowFault.Timeout
            ),
            Keeps("allows one stream", new() { Settings = [(Http2Setting.MaxConcurrentStreams, 1)] }, Answered, Broken),
        ];

    private static IEnumerable<ShadowFault> Interim =>
        [
            Keeps(
                "sends many interim responses",
                new()
                {
                    OnEnd = async (peer, copy) =>
                    {
                        for (var i = 0; i < 20; i++)
                        {
                            await peer.HeadAsync(copy, 103, endStream: false, ("link", "</x>"));
                        }

                        await peer.AnswerAsync(copy);
                    },
                },
                Answered
            ),
            Keeps(
                "sends 100 Continue and nothing more",
                new() { OnEnd = (peer, copy) => peer.HeadAsync(copy, 100, endStream: false) },
                ShadowFault.Timeout
            ),
            Bad("ends the stream with an interim response", (peer, copy) => peer.HeadAsync(copy, 103, endStream: true)),
            Raw(
                "sends endless interim responses",
                new Http2Behaviour
                {
                    OnEnd = (peer, copy) =>
                    {
                        peer.Beside(() => ForeverAsync(() => peer.HeadAsync(copy, 103, endStream: false)));
                        return Task.CompletedTask;
                    },
                },
                ShadowFault.Timeout,
                NotHttp
            ),
        ];

    private static byte[] Filler => Http2Fields.Literal("x-filler", new string('x', 4000));

    private static ShadowFault Raw(string name, ShadowScript script, params string[] outcomes) =>
        ShadowFault.Raw(name, ShadowFault.Http2, script, outcomes);

    private static ShadowFault Keeps(string name, Http2Behaviour behaviour, params string[] outcomes) =>
        Raw(name, behaviour, outcomes) with
        {
            KeepsConnections = true,
        };

    /// <summary>What is against the rules costs the stream or the connection.</summary>
    private static ShadowFault Bad(string name, Func<Http2Peer, Http2Copy, Task> onEnd, params string[] alsoAllowed) =>
        Raw(name, new Http2Behaviour { OnEnd = onEnd }, [NotHttp, Broken, .. alsoAllowed]);

    private static Task Nothing(Http2Peer peer, Http2Copy copy) => Task.CompletedTask;

    private static Task AnswerAsync(Http2Peer peer, Http2Copy copy) => peer.AnswerAsync(copy);

    private static Task LeaveAsync(Http2Peer peer, int last) => peer.GoAwayAsync(last, Http2Error.None);

    private static Task Close(Http2Peer peer) => throw Closed();

    private static IOException Closed() => new("The shadow closes.");

    private static Func<Http2Peer, Http2Copy, Task> Reset(Http2Error error) =>
        (peer, copy) => peer.ResetAsync(copy, error);

    private static Func<Http2Peer, Task> Beside(Func<Http2Peer, Task> work) =>
        peer =>
        {
            peer.Beside(() => work(peer));
            return Task.CompletedTask;
        };

    private static async Task ForeverAsync(Func<Task> write)
    {
        while (true)
        {
            await write();
        }
    }

    /// <summary>One behaviour and another, by turns, from connection to connection.</summary>
    private static ShadowScript EveryOther(Http2Behaviour first, Http2Behaviour second)
    {
        var connections = 0;
        ShadowScript one = first;
        ShadowScript other = second;
        return (connection, token) =>
            (Interlocked.Increment(ref connections) % 2 == 1 ? one : other)(connection, token);
    }

    private static Http2Behaviour RefusesEachOther() =>
        new()
        {
            OnHead = (peer, copy) =>
                copy.Number % 2 == 1 ? peer.ResetAsync(copy, Http2Error.RefusedStream) : Task.CompletedTask,
            OnEnd = (peer, copy) => copy.IsRefused ? Task.CompletedTask : peer.AnswerAsync(copy),
        };
}
