using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Capture;

public sealed class BodyRescueTests : IDisposable
{
    private const long MaxBodyBytes = 100_000;
    private readonly byte[] _bytes = Bytes.Of(10_000);
    private readonly CountingMemoryPool _memory = new();
    private readonly FakeServer _server = new();
    private readonly BlockPool _pool;
    private readonly DefaultHttpContext _context;
    private readonly RequestBodyTee _tee;

    public BodyRescueTests()
    {
        _pool = new BlockPool(new ByteBudget(1_000_000), _memory);
        _context = _server.CreateContext();
        _tee = new RequestBodyTee(_server.OwnBody, _pool, MaxBodyBytes);
    }

    public void Dispose()
    {
        _tee.Detach(whole: false);
        _pool.Dispose();
        _memory.Dispose();
    }

    [Fact]
    public void Read_OfABodyThatHasArrived_TakesItAndSeesItsEnd()
    {
        _server.Receive(_bytes).End();

        BodyRescue.Read(_context, _tee, contentLength: null, MaxBodyBytes);

        Assert.Equal(CaptureState.EndSeen, _tee.State);
        AssertCaptured(_bytes);
    }

    [Fact]
    public void Read_OfThePartThatHasArrived_TakesItAndReturns()
    {
        _server.Receive(_bytes);

        BodyRescue.Read(_context, _tee, contentLength: null, MaxBodyBytes);

        Assert.Equal(CaptureState.Reading, _tee.State);
        Assert.Equal(0, _server.WaitingReads);
        AssertCaptured(_bytes);
    }

    [Fact]
    public void Read_OfNothing_ReturnsAtOnce()
    {
        BodyRescue.Read(_context, _tee, contentLength: null, MaxBodyBytes);

        Assert.Equal(1, _server.TryReads);
        Assert.Equal(0, _server.WaitingReads);
        AssertCaptured([]);
    }

    [Fact]
    public void Read_OfTheContentLength_StopsThere()
    {
        _server.Receive(_bytes);

        BodyRescue.Read(_context, _tee, _bytes.Length, MaxBodyBytes);

        Assert.Equal(1, _server.TryReads);
        AssertCaptured(_bytes);
    }

    [Theory]
    [InlineData(10_000L, 10_000L, true)]
    [InlineData(10_000L, 9_999L, false)]
    [InlineData(null, MaxBodyBytes, true)]
    [InlineData(null, MaxBodyBytes - 1, false)]
    [InlineData(10_000L, null, true)]
    [InlineData(null, null, true)]
    public void Read_WithinTheServersLimitOnly_AsksTheServer(long? contentLength, long? serverLimit, bool expected)
    {
        _server.Receive(_bytes).End();
        _server.MaxRequestBodySize = serverLimit;

        BodyRescue.Read(_context, _tee, contentLength, MaxBodyBytes);

        Assert.Equal(expected, _server.TryReads > 0);
        AssertCaptured(expected ? _bytes : []);
    }

    [Fact]
    public void Read_OnAServerWithoutALimit_AsksIt()
    {
        _context.Features.Set<IHttpMaxRequestBodySizeFeature>(null);
        _server.Receive(_bytes).End();

        BodyRescue.Read(_context, _tee, contentLength: null, MaxBodyBytes);

        AssertCaptured(_bytes);
    }

    [Fact]
    public void Read_OverTheCap_GivesUp()
    {
        var tee = new RequestBodyTee(_server.OwnBody, _pool, maxBytes: 100);
        _server.Receive(_bytes).End();

        BodyRescue.Read(_context, tee, contentLength: null, maxBodyBytes: 100);

        Assert.Equal(CaptureState.TooLarge, tee.State);
        Assert.Equal(0, _memory.BlocksOut);
        tee.Detach(whole: false);
    }

    private void AssertCaptured(byte[] expected)
    {
        var captured = _tee.Detach(whole: true)!;
        Assert.Equal(expected, Bytes.In(captured));
        captured.Release();
        Assert.Equal(0, _memory.BlocksOut);
    }
}
