using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using NSubstitute;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Capture;

public sealed class RequestCaptureTests : IDisposable
{
    private const long MaxBodyBytes = 100_000;
    private readonly byte[] _bytes = Bytes.Of(10_000);
    private readonly CountingMemoryPool _memory = new();
    private readonly FakeServer _server = new();
    private readonly BlockPool _pool;
    private readonly DefaultHttpContext _context;

    public RequestCaptureTests()
    {
        _pool = new BlockPool(new ByteBudget(1_000_000), _memory);
        _context = _server.CreateContext();
    }

    public void Dispose()
    {
        Assert.Equal(0, _memory.BlocksOut);
        Assert.Equal(0, _pool.Budget.Used);
        _pool.Dispose();
        _memory.Dispose();
    }

    [Fact]
    public async Task End_WhenTheEndWasSeen_GivesTheWholeBody()
    {
        _server.Receive(_bytes).End();
        var capture = Begin();

        await ReadDoors.ReadToEndAsync(_context.Request.Body);

        AssertWhole(capture, _bytes);
    }

    [Fact]
    public async Task End_WhenTheAppReadTheContentLengthAndNoMore_GivesTheWholeBody()
    {
        _server.Receive(_bytes);
        _context.Request.ContentLength = _bytes.Length;
        var capture = Begin();

        await _context.Request.Body.ReadExactlyAsync(new byte[_bytes.Length], Token);

        AssertWhole(capture, _bytes);
        Assert.Equal(0, _server.TryReads);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(10_000)]
    public async Task End_OfABodyThatSomeoneInFrontHasReadFrom_IsIncomplete(int taken)
    {
        _server.Receive(_bytes).End();
        _context.Request.ContentLength = _bytes.Length;
        await _context.Request.Body.ReadExactlyAsync(new byte[taken], Token);
        var capture = Begin();

        await ReadDoors.ReadToEndAsync(_context.Request.Body);

        AssertLost(capture, DropReason.BodyIncomplete);
    }

    [Fact]
    public void End_OfABodyThatSomeoneInFrontHasReadAndNobodyElse_IsIncomplete()
    {
        _server.End();
        _context.Request.ContentLength = _bytes.Length;
        var capture = Begin();

        AssertLost(capture, DropReason.BodyIncomplete);
    }

    [Fact]
    public void End_OfChunksOfWhichSomeoneInFrontHasReadTheForm_IsIncomplete()
    {
        _server.End();
        _context.Features.Set<IFormFeature>(new FormFeature(FormCollection.Empty));
        var capture = Begin();

        AssertLost(capture, DropReason.BodyIncomplete);
    }

    [Fact]
    public async Task End_WhenTheAppReadThroughThePipe_GivesTheWholeBody()
    {
        _server.Receive(_bytes).End();
        var capture = Begin();

        Assert.Equal(_bytes, await ReadDoors.ReadToEndAsync(_context.Request.BodyReader));

        AssertWhole(capture, _bytes);
        Assert.Equal(0, _server.TryReads);
    }

    [Fact]
    public async Task Read_ByStreamAfterALookThroughThePipe_FindsEveryByte()
    {
        _server.Receive(_bytes).End();
        var capture = Begin();
        var look = await _context.Request.BodyReader.ReadAsync(Token);
        _context.Request.BodyReader.AdvanceTo(look.Buffer.Start);

        Assert.Equal(_bytes, await ReadDoors.ReadToEndAsync(_context.Request.Body));

        AssertWhole(capture, _bytes);
    }

    [Fact]
    public void End_OfALengthThatIsTheCap_GivesTheWholeBody()
    {
        _server.Receive(_bytes).End();
        _context.Request.ContentLength = _bytes.Length;

        AssertWhole(Begin(maxBodyBytes: _bytes.Length), _bytes);
    }

    [Fact]
    public void End_Always_PutsTheServersPipeBack()
    {
        var capture = Begin();
        Assert.NotSame(_server, _context.Features.Get<IRequestBodyPipeFeature>());

        AssertLost(capture, DropReason.BodyIncomplete);

        Assert.Same(_server, _context.Features.Get<IRequestBodyPipeFeature>());
    }

    [Fact]
    public void End_WhenSomeoneReplacedThePipe_LeavesTheirsInPlace()
    {
        var capture = Begin();
        var theirs = new FakeServer();
        _context.Features.Set<IRequestBodyPipeFeature>(theirs);

        AssertLost(capture, DropReason.BodyIncomplete);

        Assert.Same(theirs, _context.Features.Get<IRequestBodyPipeFeature>());
    }

    [Fact]
    public void End_WhereThePipeIsNotTheServers_LeavesItInPlace()
    {
        var theirs = Substitute.For<IRequestBodyPipeFeature>();
        _context.Features.Set(theirs);

        AssertLost(Begin(), DropReason.BodyIncomplete);

        Assert.Same(theirs, _context.Features.Get<IRequestBodyPipeFeature>());
    }

    [Fact]
    public async Task End_OfABodyThatSomeoneDecoded_DoesNotTrustTheContentLength()
    {
        // Another assembly's stream, as decompression puts it there; its length happens to be the field's.
        _context.Request.Body = new MemoryStream(_bytes);
        _context.Request.ContentLength = 5_000;
        var capture = Begin();

        await _context.Request.Body.ReadExactlyAsync(new byte[5_000], Token);

        AssertLost(capture, DropReason.BodyIncomplete);
    }

    [Fact]
    public async Task End_OfABodyThatSomeoneDecodedAndThatWasReadToItsEnd_GivesItWhole()
    {
        _context.Request.Body = new MemoryStream(_bytes);
        _context.Request.ContentLength = 5_000;
        var capture = Begin();

        await ReadDoors.ReadToEndAsync(_context.Request.Body);

        AssertWhole(capture, _bytes);
    }

    [Fact]
    public void End_OfABodyThatSomeoneDecodedAndNobodyRead_DoesNotRescueIt()
    {
        _server.Receive(_bytes).End();
        var decoded = new MemoryStream(_bytes);
        _context.Request.Body = decoded;
        var capture = Begin();

        AssertLost(capture, DropReason.BodyIncomplete);
        Assert.Equal(0, decoded.Position);
        Assert.Equal(0, _server.TryReads);
    }

    [Fact]
    public async Task End_Always_PutsTheServersBodyBack()
    {
        _server.Receive(_bytes).End();
        var capture = Begin();
        Assert.NotSame(_server.OwnBody, _context.Request.Body);
        await ReadDoors.ReadToEndAsync(_context.Request.Body);

        capture.End(_context, out _)!.Release();

        Assert.Same(_server.OwnBody, _context.Request.Body);
    }

    [Fact]
    public async Task End_WhenSomeoneReplacedTheBody_LeavesTheirsInPlace()
    {
        _server.Receive(_bytes).End();
        var capture = Begin();
        await ReadDoors.ReadToEndAsync(_context.Request.Body);
        using var theirs = new MemoryStream();
        _context.Request.Body = theirs;

        AssertWhole(capture, _bytes);

        Assert.Same(theirs, _context.Request.Body);
    }

    [Fact]
    public void End_WhenSomeoneReplacedTheBodyUnread_TouchesNeither()
    {
        _server.Receive(_bytes).End();
        var capture = Begin();
        using var theirs = new MemoryStream(_bytes);
        _context.Request.Body = theirs;

        AssertLost(capture, DropReason.BodyIncomplete);

        Assert.Equal(0, theirs.Position);
        Assert.Equal(0, _server.TryReads);
    }

    [Fact]
    public async Task End_WhenSomeoneReadsAheadInABodyOfTheirs_LeavesThemTheirBytes()
    {
        var capture = Begin();
        using var theirs = new MemoryStream(_bytes);
        _context.Request.Body = theirs;
        var reader = _context.Request.BodyReader;
        var ahead = await reader.ReadAsync(Token);
        reader.AdvanceTo(ahead.Buffer.Start);

        AssertLost(capture, DropReason.BodyIncomplete);

        Assert.Equal(_bytes, await ReadDoors.ReadToEndAsync(reader));
    }

    [Fact]
    public void End_OfAnUnreadBodyThatHasArrived_RescuesIt()
    {
        _server.Receive(_bytes).End();
        var capture = Begin();

        AssertWhole(capture, _bytes);
        Assert.Equal(0, _server.WaitingReads);
    }

    [Fact]
    public async Task End_OfAPartlyReadBodyThatHasArrived_RescuesTheRest()
    {
        _server.Receive(_bytes).End();
        var capture = Begin();

        await _context.Request.Body.ReadExactlyAsync(new byte[3_000], Token);

        AssertWhole(capture, _bytes);
    }

    [Fact]
    public async Task End_OfABodyThatIsStillComing_DoesNotWait()
    {
        _server.Receive(_bytes);
        var capture = Begin();
        await _context.Request.Body.ReadExactlyAsync(new byte[3_000], Token);
        var reads = _server.WaitingReads;

        AssertLost(capture, DropReason.BodyIncomplete);
        Assert.Equal(reads, _server.WaitingReads);
    }

    [Fact]
    public void End_WhenTheClientAborted_SaysSo()
    {
        _context.RequestAborted = new CancellationToken(canceled: true);
        var capture = Begin();

        AssertLost(capture, DropReason.ClientAborted);
    }

    [Fact]
    public async Task End_WhenTheClientAbortedAfterTheWholeBody_StillGivesIt()
    {
        _server.Receive(_bytes).End();
        var capture = Begin();
        await ReadDoors.ReadToEndAsync(_context.Request.Body);
        _context.RequestAborted = new CancellationToken(canceled: true);

        AssertWhole(capture, _bytes);
    }

    [Fact]
    public async Task End_WhenAReadSaidThatTheClientHasGone_SaysSoAndDoesNotRescue()
    {
        _context.Request.Body = new ScriptedStream(_bytes)
        {
            Fault = new ConnectionResetException("gone"),
            FaultAt = 10,
        };
        var capture = Begin();
        await Assert.ThrowsAsync<ConnectionResetException>(() => ReadDoors.ReadToEndAsync(_context.Request.Body));

        AssertLost(capture, DropReason.ClientAborted);
        Assert.Equal(0, _server.TryReads);
    }

    [Fact]
    public async Task End_WhenAReadFailedOtherwise_IsIncomplete()
    {
        _context.Request.Body = new ScriptedStream(_bytes) { Fault = new IOException("broken"), FaultAt = 10 };
        var capture = Begin();
        await Assert.ThrowsAsync<IOException>(() => ReadDoors.ReadToEndAsync(_context.Request.Body));

        AssertLost(capture, DropReason.BodyIncomplete);
    }

    [Fact]
    public void End_WhenTheServerSaysToTheLookThatTheClientHasGone_SaysSo()
    {
        _server.Fault = new ConnectionResetException("gone");
        var capture = Begin();

        AssertLost(capture, DropReason.ClientAborted);
    }

    [Fact]
    public void End_WhenATimeOutInFrontHasAborted_IsNotTheClientsDoing()
    {
        var timeOut = Substitute.For<IHttpRequestTimeoutFeature>();
        timeOut.RequestTimeoutToken.Returns(new CancellationToken(canceled: true));
        _context.Features.Set(timeOut);
        _context.RequestAborted = new CancellationToken(canceled: true);
        var capture = Begin();

        AssertLost(capture, DropReason.BodyIncomplete);
    }

    [Fact]
    public async Task End_OfABodyThatEndsBeforeItsLength_IsIncomplete()
    {
        // Somebody in front has read the first part.
        _server.Receive(_bytes).End();
        _context.Request.ContentLength = _bytes.Length + 5;
        var capture = Begin();

        await ReadDoors.ReadToEndAsync(_context.Request.Body);

        AssertLost(capture, DropReason.BodyIncomplete);
    }

    [Fact]
    public async Task End_OfABodyWithoutALengthThatSomebodyInFrontHasBegunToRead_IsIncomplete()
    {
        _server.Receive(_bytes).End();
        _server.IsReadOnly = true;
        var capture = Begin();

        await ReadDoors.ReadToEndAsync(_context.Request.Body);

        AssertLost(capture, DropReason.BodyIncomplete);
    }

    [Fact]
    public async Task End_OfABodyWithALengthThatSomebodyInFrontHasLookedAt_IsWhole()
    {
        _server.Receive(_bytes).End();
        _server.IsReadOnly = true;
        _context.Request.ContentLength = _bytes.Length;
        var capture = Begin();

        await ReadDoors.ReadToEndAsync(_context.Request.Body);

        AssertWhole(capture, _bytes);
    }

    [Fact]
    public void End_OfABodyThatSomebodyInFrontHasTakenAway_IsIncomplete()
    {
        _context.Request.Body = null!;
        var capture = Begin();

        AssertLost(capture, DropReason.BodyIncomplete);
    }

    [Fact]
    public async Task End_OverTheCap_SaysSo()
    {
        _server.Receive(_bytes).End();
        var capture = Begin(maxBodyBytes: 9_999);
        Assert.Equal(_bytes, await ReadDoors.ReadToEndAsync(_context.Request.Body));

        AssertLost(capture, DropReason.BodyTooLarge);
    }

    [Fact]
    public async Task End_OverTheBudget_SaysSo()
    {
        _pool.Budget.Limit = 4096;
        _server.Receive(_bytes).End();
        var capture = Begin();
        Assert.Equal(_bytes, await ReadDoors.ReadToEndAsync(_context.Request.Body));

        AssertLost(capture, DropReason.Budget);
    }

    [Theory]
    [InlineData(10_000L, 10_000L, true)]
    [InlineData(10_000L, 9_999L, false)]
    [InlineData(null, (long)TestRescue.MostPerLook, true)]
    [InlineData(null, TestRescue.MostPerLook - 1L, false)]
    [InlineData(10_000L, null, true)]
    [InlineData(null, null, true)]
    public void End_WithinTheServersLimitOnly_RescuesAnUnreadBody(long? contentLength, long? serverLimit, bool expected)
    {
        _server.Receive(_bytes).End();
        _server.MaxRequestBodySize = serverLimit;
        _context.Request.ContentLength = contentLength;
        var capture = Begin();

        if (expected)
        {
            AssertWhole(capture, _bytes);
        }
        else
        {
            AssertLost(capture, DropReason.BodyIncomplete);
            Assert.Equal(0, _server.TryReads);
        }
    }

    [Fact]
    public void End_OnAServerWithoutALimit_RescuesAnUnreadBody()
    {
        _context.Features.Set<IHttpMaxRequestBodySizeFeature>(null);
        _server.Receive(_bytes).End();

        AssertWhole(Begin(), _bytes);
    }

    [Fact]
    public void Begin_WithALengthOverTheCap_LeavesTheBodyAlone()
    {
        _context.Request.ContentLength = MaxBodyBytes + 1;

        var capture = Begin();

        Assert.Same(_server.OwnBody, _context.Request.Body);
        AssertLost(capture, DropReason.BodyTooLarge);
        Assert.Equal(0, _server.TryReads);
    }

    [Fact]
    public void Begin_WithoutABody_LeavesTheStreamAloneAndIsWhole()
    {
        _server.CanHaveBody = false;

        var capture = Begin();

        Assert.Same(_server.OwnBody, _context.Request.Body);
        var request = capture.End(_context, out _);
        Assert.NotNull(request);
        Assert.Null(request.Body);
        request.Release();
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData(0L, null, false)]
    [InlineData(1L, null, true)]
    [InlineData(null, "chunked", true)]
    public void Begin_WhereNobodyKnowsOfABody_GoesByTheFraming(long? length, string? transferEncoding, bool expected)
    {
        var context = new DefaultHttpContext();
        var body = context.Request.Body;
        context.Request.ContentLength = length;
        if (transferEncoding is not null)
        {
            context.Request.Headers.TransferEncoding = transferEncoding;
        }

        var capture = RequestCapture.Begin(context, _pool, TestRescue.Create(), MaxBodyBytes);

        Assert.Equal(expected, !ReferenceEquals(body, context.Request.Body));
        capture.End(context, out _)?.Release();
        Assert.Same(body, context.Request.Body);
    }

    [Fact]
    public async Task End_OfAnEmptyBodyReadToItsEnd_IsWhole()
    {
        _server.End();
        var capture = Begin(maxBodyBytes: 0);
        Assert.Empty(await ReadDoors.ReadToEndAsync(_context.Request.Body));

        AssertWhole(capture, []);
    }

    [Fact]
    public void End_WhenAFeatureThrows_DropsAndDoesNot()
    {
        _server.Receive(_bytes).Fault = new BadHttpRequestException("Request body too large.");
        var capture = Begin();

        AssertLost(capture, DropReason.BodyIncomplete);
        Assert.Same(_server.OwnBody, _context.Request.Body);
    }

    [Fact]
    public async Task End_WhenTheContextThrows_DropsAndDoesNot()
    {
        _server.Receive(_bytes);
        var capture = Begin();
        await _context.Request.Body.ReadExactlyAsync(new byte[10], Token);
        var gone = Substitute.For<IHttpMaxRequestBodySizeFeature>();
        gone.MaxRequestBodySize.Returns(_ => throw new ObjectDisposedException("the context"));
        _context.Features.Set(gone);

        AssertLost(capture, DropReason.BodyIncomplete);
    }

    [Fact]
    public async Task End_WhenAFeatureThrowsAfterAPart_GivesTheBlocksBack()
    {
        _server.Receive(_bytes).Fault = new IOException("broken");
        var capture = Begin();
        await _context.Request.Body.ReadExactlyAsync(new byte[9_000], Token);
        Assert.NotEqual(0, _memory.BlocksOut);

        AssertLost(capture, DropReason.BodyIncomplete);
    }

    [Fact]
    public async Task Read_AfterTheEndOfTheRequest_IsTheAppsAlone()
    {
        _server.Receive(_bytes[..5_000]);
        var capture = Begin();
        var tee = _context.Request.Body;
        await tee.ReadExactlyAsync(new byte[5_000], Token);
        AssertLost(capture, DropReason.BodyIncomplete);

        _server.Receive(_bytes[5_000..]).End();
        var rest = await ReadDoors.ReadToEndAsync(tee);

        Assert.Equal(_bytes[5_000..], rest);
    }

    [Fact]
    public void End_OfTheHeadersLaterMiddlewareChanged_KeepsThoseThatArrived()
    {
        _server.CanHaveBody = false;
        _server.Headers["X-Arrived"] = "yes";
        var capture = Begin();
        _server.Headers["X-Arrived"] = "no";

        var request = capture.End(_context, out _)!;

        Assert.Equal("yes", Assert.Single(request.Headers).Value);
        request.Release();
    }

    [Fact]
    public void End_OfARequest_ChargesForItsTargetAndFieldsUntilItIsReleased()
    {
        _server.CanHaveBody = false;
        _server.RawTarget = "/" + new string('a', 999);
        _server.Headers["X-Long"] = new[] { new string('b', 2_000), new string('c', 3_000) };
        var capture = Begin();
        Assert.Equal(0, _pool.Budget.Used);

        var request = capture.End(_context, out _)!;

        Assert.InRange(_pool.Budget.Used, 2 * 6_000, (2 * 6_000) + 1_000);
        Assert.Equal(request.HeadBytes, _pool.Budget.Used);
        Assert.True(request.TryAddReference());
        request.Release();
        Assert.NotEqual(0, _pool.Budget.Used);
        request.Release();
        Assert.Equal(0, _pool.Budget.Used);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task End_WithoutRoomForItsFields_IsLostToTheBudget(bool hasBody)
    {
        _server.CanHaveBody = hasBody;
        _server.Headers["X-Long"] = new string('b', 2_000_000);
        _server.Receive(_bytes).End();
        var capture = Begin();
        if (hasBody)
        {
            await ReadDoors.ReadToEndAsync(_context.Request.Body);
        }

        AssertLost(capture, DropReason.Budget);
    }

    [Fact]
    public async Task End_WithoutRoomForItsFields_TakesItFromTheOldestThatIsNotComplete()
    {
        var slow = new FakeServer().Receive(new byte[900_000]);
        var slowContext = slow.CreateContext();
        var slowCapture = RequestCapture.Begin(slowContext, _pool, TestRescue.Create(), maxBodyBytes: 1_000_000);
        await slowContext.Request.Body.ReadExactlyAsync(new byte[900_000], Token);
        _server.CanHaveBody = false;
        _server.Headers["X-Long"] = new string('b', 100_000);
        var capture = Begin();

        var request = capture.End(_context, out _);

        Assert.NotNull(request);
        request.Release();
        Assert.Null(slowCapture.End(slowContext, out var why));
        Assert.Equal(NoCopy.Lost(DropReason.Budget), why);
    }

    [Fact]
    public async Task EndEarly_OfAWholeBody_OwnsItAndLeavesTheTeeInPlace()
    {
        _server.Receive(_bytes).End();
        var capture = Begin();
        var tee = _context.Request.Body;
        Assert.False(capture.IsWhole);
        await ReadDoors.ReadToEndAsync(tee);
        Assert.True(capture.IsWhole);

        var request = capture.EndEarly(out _);

        Assert.NotNull(request);
        Assert.Equal(_bytes, Bytes.In(request.Body!));
        Assert.Same(tee, _context.Request.Body);
        Assert.Empty(await ReadDoors.ReadToEndAsync(tee));
        Assert.True(capture.PutBack(_context));
        Assert.Same(_server.OwnBody, _context.Request.Body);
        request.Release();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RequestCapture Begin(long maxBodyBytes = MaxBodyBytes) =>
        RequestCapture.Begin(_context, _pool, TestRescue.Create(), maxBodyBytes);

    private void AssertWhole(RequestCapture capture, byte[] expected)
    {
        var request = capture.End(_context, out _);
        Assert.NotNull(request);
        Assert.Equal(expected.Length, request.BodyLength);
        Assert.Equal(expected, Bytes.In(request.Body!));
        request.Release();
    }

    private void AssertLost(RequestCapture capture, DropReason expected)
    {
        Assert.Null(capture.End(_context, out var why));
        Assert.Equal(NoCopy.Lost(expected), why);
        Assert.Equal(0, _memory.BlocksOut);
    }
}
