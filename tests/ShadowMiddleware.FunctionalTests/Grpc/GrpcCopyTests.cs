using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Grpc;

/// <summary>Calls of one request message: the caller sees what it sees without the mirror, and a gRPC server understands the copy.</summary>
public sealed class GrpcCopyTests(GrpcPeer peer) : GrpcTest(peer)
{
    private static readonly Dictionary<string, Note> Notes = new()
    {
        ["empty"] = new(""),
        ["small"] = new("grüße", "-9223372036854775808", "AAEC/w==", "a", "", "b"),
        ["large"] = Note.OfSize(200_000),
    };

    public static TheoryData<string, string, bool> EveryNote { get; } =
    [
        .. from note in Notes.Keys
        from door in (string[])["stream", "pipe"]
        from compress in (bool[])[false, true]
        select (note, door, compress),
    ];

    [Theory]
    [MemberData(nameof(EveryNote))]
    public async Task Unary_OfAnyMessage_IsAnsweredTheSameAndCopied(string note, string door, bool compress)
    {
        await using var environment = await StartAsync();
        var request = new PeerRequest
        {
            Method = "Get",
            Message = Notes[note],
            Metadata = [("x-door", door)],
            Compress = compress,
        };

        var seen = await CallBothAsync(environment, request);

        Assert.Contains("\"code\":0", seen[^1], StringComparison.Ordinal);
        var message = await App.Received.ReadAsync(Token);
        Assert.Equal(compress && message.Length > 0, message.IsCompressed);
        await AssertCopyAsync(environment, request, "completed.2xx 1");
    }

    [Fact]
    public async Task Unary_OfACompressedMessage_IsCopiedByteForByte()
    {
        await using var raw = await new RecordingShadow { Protocols = HttpProtocols.Http2 }.StartAsync(Token);
        await using var environment = await StartAsync(("Shadows:v2:Address", raw.Address));
        var request = new PeerRequest
        {
            Method = "Get",
            Message = Notes["large"],
            Compress = true,
        };

        await CallAsync(environment.Primary, request);
        var copy = await raw.NextAsync(Token);

        var message = await App.Received.ReadAsync(Token);
        Assert.True(message.IsCompressed);
        Assert.Equal(message.Frame.ToArray(), copy.Body);
        Assert.Equal("gzip", copy.Headers["grpc-encoding"]);
        Assert.Equal("trailers", copy.Headers["TE"]);
        Assert.Equal("/shadow.test.Notes/Get", copy.Target);
    }

    [Fact]
    public async Task Unary_WithMetadata_ReachesBothSidesWhole()
    {
        await using var environment = await StartAsync();
        var request = new PeerRequest
        {
            Method = "Get",
            Message = Notes["small"],
            Metadata =
            [
                ("x-echo-text", "a plain value, with a comma"),
                ("x-echo-many", "one"),
                ("x-echo-many", "two"),
                ("x-echo-bin", "AAEC/w=="),
                ("x-echo-bin", "//79"),
                ("x-none-bin", ""),
            ],
        };

        var seen = await CallBothAsync(environment, request);

        Assert.Contains("a plain value, with a comma", seen[0], StringComparison.Ordinal);
        var copy = await AssertCopyAsync(environment, request, "completed.2xx 1");
        Assert.Equal(["a plain value, with a comma"], copy.Metadata("x-echo-text"));
        Assert.Equal(["one, two"], copy.Metadata("x-echo-many"));
        Assert.Equal(["AAEC/w==", "//79"], copy.Metadata("x-echo-bin"));
        Assert.Equal([""], copy.Metadata("x-none-bin"));
        Assert.StartsWith("v2;id=", Assert.Single(copy.Metadata("x-shadow-request")), StringComparison.Ordinal);
        Assert.StartsWith("grpc-node-js/", Assert.Single(copy.Metadata("user-agent")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unary_FailsInTrailers_IsAnsweredTheSameAndCopied()
    {
        await using var environment = await StartAsync();
        var request = new PeerRequest
        {
            Method = "Get",
            Message = Notes["small"],
            Metadata = [("x-fail", "yes")],
        };

        var seen = await CallBothAsync(environment, request);

        Assert.Contains("\"code\":5", seen[^1], StringComparison.Ordinal);
        Assert.Contains("no such note: \\u00E4", seen[^1], StringComparison.Ordinal);
        Assert.Contains("\"x-detail-bin\":[\"AAEC/w==\"]", seen[^1], StringComparison.Ordinal);
        await AssertCopyAsync(environment, request, "completed.2xx 1");
    }

    [Fact]
    public async Task Unary_SomebodyInFrontHasReadAndTheAppRefuses_IsAnsweredTheSameAndDropped()
    {
        // Without a length nobody can tell whether what was only looked at in front is still all there.
        await using var environment = await StartAsync(app => app.Use(WaitForTheBodyAsync));
        var request = new PeerRequest
        {
            Method = "Get",
            Message = Notes["small"],
            Metadata = [("x-refuse", "yes")],
        };

        var seen = await CallBothAsync(environment, request);

        Assert.Contains("\"code\":5", seen[^1], StringComparison.Ordinal);
        Assert.False(App.Received.TryRead(out _));
        await AssertNoCopyAsync(environment, request, "seen 1, dropped.body_incomplete 1");
    }

    [Fact]
    public async Task Unary_DeadlinePasses_IsAnsweredTheSameAndCopied()
    {
        await using var environment = await StartAsync();
        var request = new PeerRequest
        {
            Method = "Get",
            Message = Notes["small"],
            Metadata = [("x-hang", "yes")],
            Deadline = TimeSpan.FromSeconds(2),
        };

        // Its text tells how long it took.
        var expected = await CallAsync(environment.Twin, request);
        var actual = await CallAsync(environment.Primary, request);

        Assert.Equal(expected.SkipLast(1), actual.SkipLast(1));
        Assert.Contains("\"code\":4", expected[^1], StringComparison.Ordinal);
        Assert.Contains("\"code\":4", actual[^1], StringComparison.Ordinal);
        await AssertCopyAsync(environment, request, "completed.2xx 1");
    }

    [Fact]
    public async Task Unary_ClientCancels_IsAnsweredTheSameAndCopied()
    {
        await using var environment = await StartAsync();
        var request = new PeerRequest
        {
            Method = "Get",
            Message = Notes["small"],
            Metadata = [("x-hang", "yes")],
        };

        var expected = await CancelAsync(environment.Twin, request);
        var actual = await CancelAsync(environment.Primary, request);

        Assert.Equal(expected, actual);
        Assert.Contains("\"code\":1", actual[^1], StringComparison.Ordinal);
        await AssertCopyAsync(environment, request, "completed.2xx 1");
    }

    [Theory]
    [InlineData("stream")]
    [InlineData("pipe")]
    public async Task ServerStreaming_OfAFewMessages_IsAnsweredTheSameAndCopied(string door)
    {
        await using var environment = await StartAsync();
        var request = new PeerRequest
        {
            Method = "Watch",
            Message = Notes["small"],
            Metadata = [("x-count", "3"), ("x-door", door)],
        };

        var seen = await CallBothAsync(environment, request);

        Assert.Equal(3, seen.Count(line => line.Contains("\"message\":{", StringComparison.Ordinal)));
        var copy = await AssertCopyAsync(environment, request, "completed.2xx 1");
        await copy.FinishedAsync(Token);
    }

    [Theory]
    [InlineData("Collect", "stream")]
    [InlineData("Collect", "pipe")]
    [InlineData("Chat", "stream")]
    [InlineData("Chat", "pipe")]
    public async Task Streaming_OfOneMessageAndItsEnd_IsCopied(string method, string door)
    {
        await using var environment = await StartAsync();
        var request = new PeerRequest { Method = method, Metadata = [("x-door", door)] };

        var expected = await SendOneAsync(environment.Twin, request);
        var actual = await SendOneAsync(environment.Primary, request);

        Assert.Equal(expected, actual);
        await AssertCopyAsync(environment, request, "completed.2xx 1", Notes["small"]);
    }

    [Fact]
    public async Task Unary_OverTheCap_IsDroppedWhole()
    {
        await using var environment = await StartAsync(("Shadows:v2:MaxBodyBytes", "199999"));
        var request = new PeerRequest { Method = "Get", Message = Notes["large"] };

        await CallBothAsync(environment, request);

        await AssertNoCopyAsync(environment, request, "seen 1, dropped.body_too_large 1");
    }

    [Fact]
    public async Task Unary_ManyAtOnce_AreAllCopiedApart()
    {
        const int count = 50;
        await using var environment = await StartAsync();
        var requests = Enumerable
            .Range(0, count)
            .Select(i => new PeerRequest
            {
                Method = "Get",
                Message = new Note(
                    i.ToString(CultureInfo.InvariantCulture),
                    Data: Convert.ToBase64String(new byte[i * 100])
                ),
            })
            .ToArray();

        await Task.WhenAll(requests.Select(request => CallAsync(environment.Primary, request)));

        foreach (var request in requests)
        {
            var copy = await Peer.NextReceivedAsync(request.Test, Token);
            AssertIs(request.Message!, await copy.NextMessageAsync(Token));
        }

        await environment.WaitUntilLedgerIsAsync($"seen {count}, completed.2xx {count}", Token);
    }

    private static async Task WaitForTheBodyAsync(HttpContext context, RequestDelegate next)
    {
        while (true)
        {
            var result = await context.Request.BodyReader.ReadAsync(context.RequestAborted);
            context.Request.BodyReader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
            {
                break;
            }
        }

        await next(context);
    }

    private async Task<IReadOnlyList<string>> CancelAsync(PrimaryHost host, PeerRequest request)
    {
        var call = await Peer.OpenAsync(host.Address, request);
        await call.AnsweredAsync(Token);
        await call.CancelAsync();
        return await call.ReadToEndAsync(Token);
    }

    private async Task<IReadOnlyList<string>> SendOneAsync(PrimaryHost host, PeerRequest request)
    {
        var call = await Peer.OpenAsync(host.Address, request);
        await call.SendAsync(Notes["small"]);
        await call.EndAsync();
        return await call.ReadToEndAsync(Token);
    }

    private async Task<ReceivedCall> AssertCopyAsync(
        MirrorEnvironment environment,
        PeerRequest request,
        string outcome,
        Note? message = null
    )
    {
        var copy = await Peer.NextReceivedAsync(request.Test, Token);
        Assert.Equal(request.Method, copy.Method);
        AssertIs(message ?? request.Message!, await copy.NextMessageAsync(Token));
        await environment.WaitUntilLedgerIsAsync($"seen 1, {outcome}", Token);
        return copy;
    }

    private static void AssertIs(Note expected, Note actual)
    {
        Assert.Equal(expected with { Tags = [] }, actual with { Tags = [] });
        Assert.Equal(expected.Tags, actual.Tags);
    }
}
