using ShadowMiddleware.Capture;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Capture;

public sealed class GrpcFramingTests
{
    [Fact]
    public void FirstMessageEnd_WhileThePrefixArrives_IsUnknown()
    {
        var framing = new GrpcFraming();
        for (var i = 0; i < 5; i++)
        {
            Assert.Null(framing.FirstMessageEnd);
            framing.Observe(i, [0]);
        }

        Assert.Equal(5, framing.FirstMessageEnd);
    }

    [Theory]
    [InlineData(0u, 5L)]
    [InlineData(1u, 6L)]
    [InlineData(0x01020304u, 0x01020309L)]
    [InlineData(uint.MaxValue, uint.MaxValue + 5L)]
    public void FirstMessageEnd_OfAnyLengthAndFlag_IsBehindTheMessage(uint length, long expected)
    {
        foreach (var flags in (byte[])[0, 1, 0xFF])
        {
            var prefix = GrpcBytes.Prefix(length);
            prefix[0] = flags;
            for (var cut = 0; cut <= prefix.Length; cut++)
            {
                var framing = new GrpcFraming();
                framing.Observe(0, prefix.AsSpan(0, cut));
                framing.Observe(cut, prefix.AsSpan(cut));

                Assert.Equal(expected, framing.FirstMessageEnd);
            }
        }
    }

    [Fact]
    public void Observe_OfBytesSeenBefore_TakesTheNewOnesAlone()
    {
        var framing = new GrpcFraming();
        var message = GrpcBytes.Message(10);

        framing.Observe(0, message.AsSpan(0, 3));
        framing.Observe(0, message.AsSpan(0, 8));
        framing.Observe(2, message.AsSpan(2, 1));
        Assert.False(framing.IsOneMessage);
        framing.Observe(4, message.AsSpan(4));

        Assert.Equal(15, framing.FirstMessageEnd);
        Assert.True(framing.IsOneMessage);
    }

    [Fact]
    public void Observe_BehindAGap_WaitsUntilItIsFilled()
    {
        var framing = new GrpcFraming();
        var message = GrpcBytes.Message(10);

        framing.Observe(0, message.AsSpan(0, 2));
        framing.Observe(7, message.AsSpan(7));
        framing.End(15);
        Assert.Null(framing.FirstMessageEnd);

        framing.Observe(2, message.AsSpan(2));
        Assert.True(framing.IsOneMessage);
        Assert.True(framing.IsStream(contentLength: null));
        framing.End(15);
        Assert.False(framing.IsStream(contentLength: null));
    }

    [Theory]
    [InlineData(0, false, null, false)]
    [InlineData(0, true, null, true)]
    [InlineData(0, false, 0L, true)]
    [InlineData(1, false, null, false)]
    [InlineData(1, true, null, false)]
    [InlineData(4, true, null, false)]
    [InlineData(5, true, null, false)]
    [InlineData(14, true, null, false)]
    [InlineData(14, false, 14L, false)]
    [InlineData(15, false, null, true)]
    [InlineData(15, false, 20L, true)]
    [InlineData(15, false, 15L, false)]
    [InlineData(15, true, null, false)]
    [InlineData(16, false, null, true)]
    [InlineData(16, true, null, true)]
    [InlineData(16, false, 16L, true)]
    [InlineData(30, true, null, true)]
    public void IsStream_OfAMessageOfTenAndMore_IsSoForNoneAndForMoreThanOne(
        int seen,
        bool ended,
        long? contentLength,
        bool expected
    )
    {
        byte[] body = [.. GrpcBytes.Message(10), .. GrpcBytes.Message(10)];
        var framing = new GrpcFraming();

        framing.Observe(0, body.AsSpan(0, seen));
        if (ended)
        {
            framing.End(seen);
        }

        Assert.Equal(expected, framing.IsStream(contentLength));
    }

    [Fact]
    public void End_ThatIsSeenAgain_IsTheEndAllTheSame()
    {
        var framing = new GrpcFraming();
        framing.Observe(0, GrpcBytes.Message(10));

        framing.End(15);
        framing.End(15);
        framing.End(20);

        Assert.False(framing.IsStream(contentLength: null));
    }
}
