using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Capture;

/// <summary>What becomes of the body of a gRPC call: one message is a request like any other, everything else is none that is copied.</summary>
public sealed class GrpcCaptureTests : IDisposable
{
    private const int MaxBodyBytes = 64;
    private const string Whole = "whole";
    private const string Streaming = "streaming";
    private const string Incomplete = "body_incomplete";
    private const string TooLarge = "body_too_large";
    private readonly CountingMemoryPool _memory = new();
    private readonly BlockPool _pool;

    public GrpcCaptureTests() => _pool = new BlockPool(new ByteBudget(1_000_000), _memory);

    private static readonly Dictionary<string, (byte[] Bytes, bool Ends, string Outcome)> Bodies = new()
    {
        ["nothing"] = ([], true, Streaming),
        ["nothing yet"] = ([], false, Incomplete),
        ["a byte of a prefix"] = ([0], true, Incomplete),
        ["a byte of a prefix, open"] = ([0], false, Incomplete),
        ["most of a prefix"] = ([0, 0, 0, 0], true, Incomplete),
        ["a prefix"] = (GrpcBytes.Prefix(10), true, Incomplete),
        ["a prefix, open"] = (GrpcBytes.Prefix(10), false, Incomplete),
        ["most of a message"] = (GrpcBytes.Message(10)[..^1], true, Incomplete),
        ["an empty message"] = (GrpcBytes.Message(0), true, Whole),
        ["an empty message, open"] = (GrpcBytes.Message(0), false, Streaming),
        ["a message"] = (GrpcBytes.Message(10), true, Whole),
        ["a compressed message"] = (GrpcBytes.Message(10, compressed: true), true, Whole),
        ["a message, open"] = (GrpcBytes.Message(10), false, Streaming),
        ["a message and a byte"] = ([.. GrpcBytes.Message(10), 0], true, Streaming),
        ["a message and a byte, open"] = ([.. GrpcBytes.Message(10), 0], false, Streaming),
        ["two messages"] = ([.. GrpcBytes.Message(10), .. GrpcBytes.Message(10)], true, Streaming),
        ["two empty messages"] = ([.. GrpcBytes.Message(0), .. GrpcBytes.Message(0)], true, Streaming),
        ["two messages over the cap"] = ([.. GrpcBytes.Message(40), .. GrpcBytes.Message(40)], true, Streaming),
        ["a message up to the cap"] = (GrpcBytes.Message(MaxBodyBytes - 5), true, Whole),
        ["a message up to the cap and another"] = ([.. GrpcBytes.Message(MaxBodyBytes - 5), 0], false, Streaming),
        ["a message over the cap"] = (GrpcBytes.Message(MaxBodyBytes - 4), true, TooLarge),
        ["a message over the cap and another"] = ([.. GrpcBytes.Message(MaxBodyBytes - 4), 0], true, TooLarge),
        ["a prefix over the cap"] = (GrpcBytes.Prefix(uint.MaxValue), false, TooLarge),
    };

    private static readonly string[] Doors = ["stream", "pipe", "pipe, examined", "unread", "part"];

    public static TheoryData<string, string> EveryBodyThroughEveryDoor { get; } =
    [.. Bodies.Keys.SelectMany(body => Doors.Select(door => (body, door)))];

    public void Dispose()
    {
        Assert.Equal(0, _memory.BlocksOut);
        Assert.Equal(0, _pool.Budget.Used);
        _pool.Dispose();
        _memory.Dispose();
    }

    [Theory]
    [MemberData(nameof(EveryBodyThroughEveryDoor))]
    public async Task End_OfABodyCutAtEveryByte_DependsOnItsMessagesAlone(string name, string door)
    {
        var (bytes, ends, expected) = Bodies[name];
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var server = Server();
            var context = server.CreateContext();
            var capture = Begin(context);

            await ArriveAsync(server, context, door, bytes[..cut]);
            await ArriveAsync(server, context, door, bytes[cut..]);
            if (ends)
            {
                server.End();
                await ReadAsync(context, door, atEnd: true);
            }

            Assert.Equal((cut, expected), (cut, Outcome(capture, context, bytes)));
            Assert.Equal(0, _memory.BlocksOut);
        }
    }

    [Theory]
    [InlineData(10, 15, Whole)]
    [InlineData(10, 30, Streaming)]
    [InlineData(10, 14, Incomplete)]
    public async Task End_WhereTheLengthIsAnnounced_NeedsNoEndToBeSeen(int length, int contentLength, string expected)
    {
        byte[] body = [.. GrpcBytes.Message(length), .. GrpcBytes.Message(length)];
        var server = Server().Receive(body[..contentLength]);
        var context = server.CreateContext();
        context.Request.ContentLength = contentLength;
        var capture = Begin(context);

        await context.Request.Body.ReadExactlyAsync(new byte[contentLength], Token);

        Assert.Equal(expected, Outcome(capture, context, body[..contentLength]));
    }

    [Fact]
    public void End_OfACallWithoutABody_IsAStreamOfNothing()
    {
        var server = Server();
        server.CanHaveBody = false;
        var context = server.CreateContext();

        Assert.Equal(Streaming, Outcome(Begin(context), context, []));
    }

    [Theory]
    [InlineData(null, Whole)]
    [InlineData("application/json", Whole)]
    [InlineData("application/grpc-web", Whole)]
    [InlineData("application/grpc", Streaming)]
    [InlineData("application/grpc+proto", Streaming)]
    public async Task End_OfTwoMessages_DependsOnTheContentType(string? contentType, string expected)
    {
        byte[] body = [.. GrpcBytes.Message(10), .. GrpcBytes.Message(10)];
        var server = Server(contentType).Receive(body).End();
        var context = server.CreateContext();
        var capture = Begin(context);
        await ReadDoors.ReadToEndAsync(context.Request.Body);

        Assert.Equal(expected, Outcome(capture, context, body));
    }

    [Fact]
    public async Task Read_OfTheFirstByteOfASecondMessage_GivesTheBytesBackAtOnce()
    {
        var server = Server().Receive(GrpcBytes.Message(10));
        var context = server.CreateContext();
        var capture = Begin(context);
        await ReadAsync(context, "stream", atEnd: false);
        Assert.Equal(1, _memory.BlocksOut);

        await ArriveAsync(server, context, "stream", [0]);
        Assert.Equal(0, _memory.BlocksOut);
        Assert.Equal(0, _pool.Budget.Used);

        for (var i = 0; i < 100; i++)
        {
            await ArriveAsync(server, context, "stream", GrpcBytes.Message(50));
        }

        Assert.Equal(1, _memory.Rents);
        Assert.Equal(Streaming, Outcome(capture, context, []));
    }

    [Fact]
    public async Task Read_OfAPrefixOverTheCap_GivesTheBytesBackAtOnce()
    {
        var server = Server().Receive([0, 0]);
        var context = server.CreateContext();
        var capture = Begin(context);
        await ReadAsync(context, "stream", atEnd: false);
        Assert.Equal(1, _memory.BlocksOut);

        await ArriveAsync(server, context, "stream", [0, 1, 0]);

        Assert.Equal(0, _memory.BlocksOut);
        Assert.Equal(TooLarge, Outcome(capture, context, []));
    }

    [Theory]
    [InlineData(15, true, true, "budget")]
    [InlineData(15, true, false, Streaming)]
    [InlineData(16, true, false, Streaming)]
    [InlineData(30, true, true, Streaming)]
    [InlineData(14, true, true, "budget")]
    public async Task End_OfACallThatGaveWay_StillTellsAStreamFromALoss(
        int seen,
        bool first,
        bool ends,
        string expected
    )
    {
        byte[] body = [.. GrpcBytes.Message(10), .. GrpcBytes.Message(10)];
        var server = Server();
        var context = server.CreateContext();
        var capture = Begin(context);
        await ArriveAsync(server, context, "stream", body[..7]);

        Assert.Equal(first, _pool.Captures.EvictOldest(asking: new BodyCapture(_pool, maxBytes: 1)));
        Assert.Equal(0, _memory.BlocksOut);
        await ArriveAsync(server, context, "stream", body[7..seen]);
        if (ends)
        {
            server.End();
            await ReadAsync(context, "stream", atEnd: true);
        }

        Assert.Equal(expected, Outcome(capture, context, []));
        Assert.Equal(1, _memory.Rents);
    }

    [Theory]
    [InlineData(0, "client_aborted")]
    [InlineData(3, "client_aborted")]
    [InlineData(14, "client_aborted")]
    [InlineData(15, Streaming)]
    [InlineData(20, Streaming)]
    public async Task End_WhenTheClientWentAway_IsALossOnlyWithinTheFirstMessage(int seen, string expected)
    {
        byte[] body = [.. GrpcBytes.Message(10), .. GrpcBytes.Message(10)];
        var server = Server();
        var context = server.CreateContext();
        context.Request.Body = new ScriptedStream(body)
        {
            Fault = new ConnectionResetException("gone"),
            FaultAt = seen,
        };
        var capture = Begin(context);

        await Assert.ThrowsAsync<ConnectionResetException>(() => ReadDoors.ReadToEndAsync(context.Request.Body));

        Assert.Equal(expected, Outcome(capture, context, []));
    }

    [Theory]
    [InlineData(14, "client_aborted")]
    [InlineData(15, Streaming)]
    public async Task End_WhenTheClientWentAwayAndTheAppReadNoMore_IsTheSame(int seen, string expected)
    {
        var server = Server().Receive(GrpcBytes.Message(10)[..seen]);
        var context = server.CreateContext();
        var capture = Begin(context);
        await ReadAsync(context, "stream", atEnd: false);

        // The look at what is left finds a body that was broken off.
        server.Fault = new ConnectionResetException("gone");
        context.RequestAborted = new CancellationToken(canceled: true);

        Assert.Equal(expected, Outcome(capture, context, []));
    }

    [Fact]
    public async Task End_OfAMessageWhoseEndWasSeenBeforeTheClientWentAway_GivesIt()
    {
        var server = Server().Receive(GrpcBytes.Message(10)).End();
        var context = server.CreateContext();
        var capture = Begin(context);
        await ReadDoors.ReadToEndAsync(context.Request.Body);
        context.RequestAborted = new CancellationToken(canceled: true);

        Assert.Equal(Whole, Outcome(capture, context, GrpcBytes.Message(10)));
    }

    [Fact]
    public async Task End_OfABodyThatIsReadTwice_CountsItOnce()
    {
        var message = GrpcBytes.Message(10);
        var server = Server();
        var context = server.CreateContext();
        context.Request.Body = new MemoryStream(message);
        var capture = Begin(context);

        await ReadDoors.ReadToEndAsync(context.Request.Body);
        context.Request.Body.Position = 0;
        await ReadDoors.ReadToEndAsync(context.Request.Body);

        Assert.Equal(Whole, Outcome(capture, context, message));
    }

    [Fact]
    public async Task Read_WithoutMemory_IsALossOfAMessageAndStillAStream()
    {
        _memory.Fault = new InvalidOperationException("none left");
        foreach (var (messages, expected) in (IEnumerable<(int, string)>)[(1, "budget"), (2, Streaming)])
        {
            byte[] body = [.. Enumerable.Repeat(GrpcBytes.Message(10), messages).SelectMany(message => message)];
            var server = Server();
            var context = server.CreateContext();
            var capture = Begin(context);
            foreach (var part in body.Chunk(15))
            {
                await ArriveAsync(server, context, "stream", part);
            }

            server.End();
            await ReadAsync(context, "stream", atEnd: true);

            Assert.Equal(expected, Outcome(capture, context, []));
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static FakeServer Server(string? contentType = "application/grpc")
    {
        var server = new FakeServer { Protocol = HttpProtocol.Http2 };
        server.Headers.ContentType = contentType;
        return server;
    }

    private RequestCapture Begin(HttpContext context) =>
        RequestCapture.Begin(context, _pool, TestRescue.Create(), MaxBodyBytes);

    private static async Task ArriveAsync(FakeServer server, HttpContext context, string door, byte[] part)
    {
        if (part.Length > 0)
        {
            server.Receive(part);
            await ReadAsync(context, door, atEnd: false);
        }
    }

    private static async Task ReadAsync(HttpContext context, string door, bool atEnd)
    {
        switch (door)
        {
            case "stream":
                var read = await context.Request.Body.ReadAsync(new byte[1_000], Token);
                Assert.Equal(atEnd, read == 0);
                break;
            case "pipe":
            case "pipe, examined":
                var result = await context.Request.BodyReader.ReadAsync(Token);
                Assert.Equal(atEnd, result.IsCompleted);
                context.Request.BodyReader.AdvanceTo(
                    door == "pipe" ? result.Buffer.End : result.Buffer.Start,
                    result.Buffer.End
                );
                break;
            case "part" when !atEnd:
                await context.Request.Body.ReadExactlyAsync(new byte[1], Token);
                break;
            default:
                break;
        }
    }

    /// <summary>What became of the call, as the ledger names it. A copy must be the body.</summary>
    private static string Outcome(RequestCapture capture, HttpContext context, byte[] body)
    {
        if (capture.End(context, out var why) is { } request)
        {
            Assert.Equal(body, Bytes.In(request.Body!));
            request.Release();
            return Whole;
        }

        return why.Skip is { } reason ? ReasonNames.Name(reason) : ReasonNames.Name(why.Loss);
    }
}
