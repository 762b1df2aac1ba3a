using ShadowMiddleware.Capture;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Capture;

public sealed class CapturedRequestTests : IDisposable
{
    private readonly CountingMemoryPool _memory = new();
    private readonly BlockPool _pool;

    public CapturedRequestTests() => _pool = new BlockPool(new ByteBudget(100_000_000), _memory);

    public void Dispose()
    {
        _pool.Dispose();
        _memory.Dispose();
    }

    [Fact]
    public void Release_OfTheLastReference_ReturnsTheBody()
    {
        var request = TestRequest.Post(_pool, Bytes.Of(5_000));
        Assert.True(request.TryAddReference());
        Assert.True(request.TryAddReference());

        request.Release();
        request.Release();
        Assert.Equal(2, _memory.BlocksOut);
        Assert.Equal(5_000, request.BodyLength);

        request.Release();
        Assert.Equal(0, _memory.BlocksOut);
        Assert.Equal(0, _pool.Budget.Used);
    }

    [Fact]
    public void TryAddReference_AfterTheLast_IsRefused()
    {
        var request = TestRequest.Post(_pool, Bytes.Of(10));
        request.Release();

        Assert.False(request.TryAddReference());
        Assert.False(request.TryAddReference());
        Assert.Equal(0, _memory.BlocksOut);
    }

    [Fact]
    public void TryCharge_HoldsThePlaceUntilTheLastReferenceIsGone()
    {
        var request = TestRequest.Post(_pool, Bytes.Of(10));
        var used = _pool.Budget.Used;

        Assert.True(request.TryCharge(1_000));
        Assert.True(request.TryCharge(2_000));
        Assert.False(request.TryCharge(100_000_000));
        Assert.Equal(used + 3_000, _pool.Budget.Used);

        request.Release();
        Assert.Equal(0, _pool.Budget.Used);
    }

    [Fact]
    public void Release_WithoutABody_EndsTheRequestAsWell()
    {
        var request = TestRequest.Get();
        Assert.Null(request.Body);
        Assert.Equal(0, request.BodyLength);

        request.Release();

        Assert.False(request.TryAddReference());
    }

    [Fact]
    public async Task TryAddReference_AgainstTheLastRelease_NeverSeesAReleasedBody()
    {
        var expected = Bytes.Of(100);
        for (var round = 0; round < 2_000; round++)
        {
            var request = TestRequest.Post(_pool, expected);
            using var start = new Barrier(2);
            var reading = Task.Run(
                () =>
                {
                    start.SignalAndWait(Token);
                    var reads = 0;
                    while (request.TryAddReference())
                    {
                        Assert.True(
                            request.Body!.GetBlock(0).Span.SequenceEqual(expected),
                            "The body was another's already."
                        );
                        request.Release();
                        reads++;
                        if (reads == 3)
                        {
                            break;
                        }
                    }
                },
                Token
            );
            start.SignalAndWait(Token);
            request.Release();
            await Soon.Ends(reading);

            Assert.False(request.TryAddReference());
        }

        Assert.Equal(0, _memory.BlocksOut);
        Assert.Equal(0, _pool.Budget.Used);
    }

    [Fact]
    public void Id_OfARequest_Is128BitsInHexadecimal()
    {
        var request = TestRequest.Get();

        Assert.Matches("^[0-9a-f]{32}$", $"{request.Id:x32}");
        Assert.Equal(request.Id, request.Id);
        Assert.NotEqual(request.Id, TestRequest.Get().Id);
    }

    [Fact]
    public async Task Id_AskedForByTwoThreads_IsOne()
    {
        for (var round = 0; round < 500; round++)
        {
            var request = TestRequest.Get();
            using var start = new Barrier(2);
            UInt128 Ask()
            {
                start.SignalAndWait(Token);
                return request.Id;
            }

            var other = Task.Run(Ask, Token);
            var mine = Ask();

            Assert.Equal(mine, await Soon.Ends(other));
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
