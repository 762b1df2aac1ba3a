using System.Collections.Concurrent;
using System.Net.Security;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.FunctionalTests.Http2;

namespace ShadowMiddleware.FunctionalTests.Sending;

/// <summary>
/// A copy is carried out once. The platform's client sends a request without content again when its connection ends without an answer, because
/// it takes that for one that the server has not read.
/// </summary>
public sealed class OneArrivalTests : FunctionalTest
{
    private const string Answered = "/answered";
    private const string Tag = "X-Shadow-Request";

    private static readonly string[] Methods =
    [
        "GET",
        "HEAD",
        "OPTIONS",
        "DELETE",
        "POST",
        "PUT",
        "PATCH",
        "QUERY",
        "PURGE",
    ];

    // What the shadow does when it has read the request.
    private static readonly Dictionary<string, Action<RawShadowConnection>> Faults = new(StringComparer.Ordinal)
    {
        ["closes"] = connection => connection.Dispose(),
        ["resets"] = connection => connection.Reset(),
        ["says that no answer will come"] = connection => connection.HalfClose(),
    };

    private static readonly Dictionary<string, Http2Behaviour> Http2Faults = new(StringComparer.Ordinal)
    {
        ["cancels the stream"] = Resets(Http2Error.Cancel),
        ["fails"] = Resets(Http2Error.Internal),
        ["resets the stream without an error"] = Resets(Http2Error.None),
        ["asks for calm"] = Resets(Http2Error.EnhanceYourCalm),
        ["leaves with the request"] = new()
        {
            OnEnd = async (peer, copy) =>
            {
                await peer.GoAwayAsync(copy.Stream, Http2Error.None);
                peer.Reset();
            },
        },
        ["leaves and says nothing of the request"] = new()
        {
            OnEnd = async (peer, _) =>
            {
                await peer.GoAwayAsync(int.MaxValue, Http2Error.None);
                peer.Reset();
            },
        },
        ["cuts the connection"] = new()
        {
            OnEnd = (peer, _) =>
            {
                peer.Reset();
                return Task.CompletedTask;
            },
        },
    };

    private static readonly Dictionary<string, Http2Behaviour> Http2Refusals = new(StringComparer.Ordinal)
    {
        ["leaves without the request"] = FirstTime((peer, _) => peer.GoAwayAsync(0, Http2Error.None)),
        ["refuses the stream"] = FirstTime((peer, copy) => peer.ResetAsync(copy, Http2Error.RefusedStream)),
    };

    public static MatrixTheoryData<string, bool, bool, bool> Http1Cases { get; } =
        new(Faults.Keys, [false, true], [false, true], [false, true]);

    public static TheoryData<string> Http2Cases => [.. Http2Faults.Keys];

    public static TheoryData<string> Http2RefusalCases => [.. Http2Refusals.Keys];

    [Theory]
    [MemberData(nameof(Http1Cases))]
    public async Task Copy_ShadowGivesNoAnswer_ArrivesOnce(string fault, bool isReused, bool isHeadOnly, bool isTls)
    {
        var arrivals = new Arrivals();
        await using var shadow = RawShadow.Start(Serve(arrivals, Faults[fault], isHeadOnly, isTls));
        await using var environment = await StartAsync(isTls ? $"https://127.0.0.1:{shadow.Port}" : shadow.Address);

        foreach (var request in Requests())
        {
            if (isReused)
            {
                await environment.Primary.ExchangeAsync(RawRequest.Get(Answered), Token);
                await environment.WaitUntilSettledAsync(Token);
            }

            var connections = shadow.Connections;
            await environment.Primary.ExchangeAsync(request, Token);
            await environment.WaitUntilSettledAsync(Token);
            Assert.Equal(isReused ? connections : connections + 1, shadow.Connections);
        }

        var ledger = await environment.WaitUntilSettledAsync(Token);
        var count = Requests().Count();
        Assert.Equal(count, ledger.Failed["reset"]);
        arrivals.AssertOnce(isReused ? 2 * count : count);
    }

    [Fact]
    public async Task Copy_IdleConnectionWasClosed_ArrivesOnceOnAnother()
    {
        var arrivals = new Arrivals();
        var closed = 0;
        await using var shadow = RawShadow.Start(
            async (connection, token) =>
            {
                // Closes when it has answered, without having said that it will.
                var request = await connection.ReadRequestAsync(token);
                arrivals.Add(request?.Value(Tag));
                await connection.WriteAsync(ShadowScripts.For(request!, ShadowScripts.Ok), token);
                connection.Dispose();
                Interlocked.Increment(ref closed);
            }
        );
        await using var environment = await StartAsync(shadow.Address);

        var count = 0;
        foreach (var request in Requests())
        {
            count++;
            await environment.Primary.ExchangeAsync(request, Token);
            await environment.WaitUntilSettledAsync(Token);
            await Eventually.HoldsAsync(
                () => Volatile.Read(ref closed) == count,
                () => "The connection is still there.",
                Token
            );
        }

        var ledger = await environment.WaitUntilSettledAsync(Token);
        Assert.Equal($"seen {count}, completed.2xx {count}", LedgerAssert.Describe(ledger));
        arrivals.AssertOnce(count);
    }

    [Theory]
    [MemberData(nameof(Http2Cases))]
    public async Task Copy_OverHttp2AndShadowGivesNoAnswer_ArrivesOnce(string fault)
    {
        var arrivals = new Arrivals();
        await using var shadow = RawShadow.Start(Counting(Http2Faults[fault], arrivals));
        await using var environment = await StartAsync(shadow.Address, ("Shadows:v2:HttpVersion", "2"));

        foreach (var request in Requests())
        {
            await environment.Primary.ExchangeAsync(request, Token);
            await environment.WaitUntilSettledAsync(Token);
        }

        var ledger = await environment.WaitUntilSettledAsync(Token);
        Assert.Equal(Requests().Count(), ledger.Failed.Values.Sum());
        arrivals.AssertOnce(Requests().Count());
    }

    [Theory]
    [MemberData(nameof(Http2RefusalCases))]
    public async Task Copy_OverHttp2AndShadowSaysThatItDidNotProcessIt_IsSentAgain(string refusal)
    {
        var arrivals = new Arrivals();
        await using var shadow = RawShadow.Start(Counting(Http2Refusals[refusal], arrivals));
        await using var environment = await StartAsync(shadow.Address, ("Shadows:v2:HttpVersion", "2"));

        await environment.Primary.ExchangeAsync(RawRequest.Build("DELETE", "/x", [], body: null), Token);

        var ledger = await environment.WaitUntilSettledAsync(Token);
        Assert.Equal("seen 1, completed.2xx 1", LedgerAssert.Describe(ledger));
        Assert.Equal(2, arrivals.Total);
    }

    private static IEnumerable<byte[]> Requests() =>
        from method in Methods
        from body in new byte[]?[] { null, [], [1, 2, 3] }
        select RawRequest.Build(method, "/x", ["Content-Type: application/octet-stream"], body) is var typed
        && body is null
            ? RawRequest.Build(method, "/x", [], body)
            : typed;

    private static ShadowScript Serve(
        Arrivals arrivals,
        Action<RawShadowConnection> fault,
        bool isHeadOnly,
        bool isTls
    ) =>
        async (connection, token) =>
        {
            using var tls = isTls ? new SslStream(connection.Stream, leaveInnerStreamOpen: true) : null;
            if (tls is not null)
            {
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificate = TestAuthority.Good,
                        ApplicationProtocols = [SslApplicationProtocol.Http11],
                    },
                    token
                );
            }

            var stream = tls ?? connection.Stream;
            var reader = new RawMessageReader(stream);
            while (await (isHeadOnly ? reader.ReadHeadAsync(token) : reader.ReadRequestAsync(token)) is { } request)
            {
                arrivals.Add(request.Value(Tag));
                if (request.Target != Answered)
                {
                    if (tls is not null)
                    {
                        await tls.ShutdownAsync();
                    }

                    fault(connection);
                    await connection.DiscardAsync(token);
                    return;
                }

                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), token);
            }
        };

    private static Http2Behaviour Resets(Http2Error error) =>
        new() { OnEnd = (peer, copy) => peer.ResetAsync(copy, error) };

    private static Http2Behaviour FirstTime(Func<Http2Peer, Http2Copy, Task> refusal)
    {
        var arrived = 0;
        return new() { OnEnd = (peer, copy) => arrived++ == 0 ? refusal(peer, copy) : peer.AnswerAsync(copy) };
    }

    private static Http2Behaviour Counting(Http2Behaviour behaviour, Arrivals arrivals) =>
        new()
        {
            OnHead = (_, copy) =>
            {
                arrivals.Add(copy.Tag);
                return Task.CompletedTask;
            },
            OnEnd = behaviour.OnEnd,
        };

    private Task<MirrorEnvironment> StartAsync(string address, params (string Key, string Value)[] settings)
    {
        var environment = new MirrorEnvironment
        {
            Shadows = { ["v2"] = address },
            Settings = { ["Shadows:v2:CircuitBreaker:MinimumThroughput"] = "1000000" },
            ConfigureMirroring = mirroring =>
                mirroring.ConfigureShadowClient(
                    "v2",
                    client => client.UseSocketsHttpHandler((handler, _) => TestAuthority.Trust(handler))
                ),
        };
        foreach (var (key, value) in settings)
        {
            environment.Settings[key] = value;
        }

        return environment.StartAsync(Token);
    }

    /// <summary>Counts how often each copy arrived, by the id in its tag.</summary>
    private sealed class Arrivals
    {
        private readonly ConcurrentQueue<string?> _tags = [];

        public int Total => _tags.Count;

        public void Add(string? tag) => _tags.Enqueue(tag);

        public void AssertOnce(int copies)
        {
            Assert.DoesNotContain(null, _tags);
            Assert.Equal(copies, _tags.Distinct(StringComparer.Ordinal).Count());
            Assert.Equal(copies, _tags.Count);
        }
    }
}
