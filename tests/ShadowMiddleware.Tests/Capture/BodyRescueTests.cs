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
    private readonly RequestBodyTee _tee;

    public BodyRescueTests()
    {
        _pool = new BlockPool(new ByteBudget(1_000_000), _memory);
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

        BodyRescue.Read(_server.Reader, _tee, contentLength: null);

        Assert.Equal(CaptureState.EndSeen, _tee.State);
        AssertCaptured(_bytes);
    }

    [Fact]
    public void Read_OfThePartThatHasArrived_TakesItAndReturns()
    {
        _server.Receive(_bytes);

        BodyRescue.Read(_server.Reader, _tee, contentLength: null);

        Assert.Equal(CaptureState.Reading, _tee.State);
        Assert.Equal(0, _server.WaitingReads);
        AssertCaptured(_bytes);
    }

    [Fact]
    public void Read_OfNothing_ReturnsAtOnce()
    {
        BodyRescue.Read(_server.Reader, _tee, contentLength: null);

        Assert.Equal(1, _server.TryReads);
        Assert.Equal(0, _server.WaitingReads);
        AssertCaptured([]);
    }

    [Fact]
    public void Read_OfTheContentLength_StopsThere()
    {
        _server.Receive(_bytes);

        BodyRescue.Read(_server.Reader, _tee, _bytes.Length);

        Assert.Equal(1, _server.TryReads);
        AssertCaptured(_bytes);
    }

    [Fact]
    public void Read_OverTheCap_GivesUp()
    {
        var tee = new RequestBodyTee(_server.OwnBody, _pool, maxBytes: 100);
        _server.Receive(_bytes).End();

        BodyRescue.Read(_server.Reader, tee, contentLength: null);

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
