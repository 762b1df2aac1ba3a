using NSubstitute;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Capture;

// Every door is tried, those that nobody should use included.
#pragma warning disable CA1835, CA2022
public sealed class CopyTapTests : IDisposable
{
    private static readonly Dictionary<string, Func<Stream, byte[], Task>> Doors = new()
    {
        ["Write(array)"] = (stream, bytes) =>
        {
            stream.Write([0xEE, .. bytes, 0xEE], 1, bytes.Length);
            return Task.CompletedTask;
        },
        ["Write(span)"] = (stream, bytes) =>
        {
            stream.Write(bytes.AsSpan());
            return Task.CompletedTask;
        },
        ["WriteAsync(array)"] = (stream, bytes) =>
            stream.WriteAsync([0xEE, .. bytes, 0xEE], 1, bytes.Length, CancellationToken.None),
        ["WriteAsync(memory)"] = (stream, bytes) => stream.WriteAsync(bytes.AsMemory()).AsTask(),
    };

    private readonly CountingMemoryPool _memory = new();
    private readonly BlockPool _pool;
    private readonly BodyCapture _capture;
    private readonly MemoryStream _destination = new();

    public CopyTapTests()
    {
        _pool = new BlockPool(new ByteBudget(1024 * 1024), _memory);
        _capture = new BodyCapture(_pool, maxBytes: 1024);
    }

    public static TheoryData<string, bool> EveryDoor { get; } =
    [.. Doors.Keys.SelectMany(door => new[] { true, false }.Select(hasPosition => (door, hasPosition)))];

    public void Dispose()
    {
        _capture.Detach(whole: false);
        Assert.Equal(0, _memory.BlocksOut);
        _pool.Dispose();
        _memory.Dispose();
        _destination.Dispose();
    }

    [Theory]
    [MemberData(nameof(EveryDoor))]
    public async Task Write_ByAnyDoor_GivesTheDestinationAndTheCaptureEveryByte(string door, bool hasPosition)
    {
        await using var tap = new CopyTap(_destination, _capture, hasPosition ? 0 : null);

        await Doors[door](tap, [1, 2, 3]);
        await Doors[door](tap, []);
        await Doors[door](tap, [4, 5]);

        Assert.Equal([1, 2, 3, 4, 5], _destination.ToArray());
        Assert.Equal(CaptureState.Reading, _capture.State);
        AssertCaptured([1, 2, 3, 4, 5]);
    }

    [Theory]
    [MemberData(nameof(EveryDoor))]
    public async Task Write_ThatTheDestinationRefuses_IsNotKept(string door, bool hasPosition)
    {
        await using var full = new MemoryStream(new byte[2]);
        await using var tap = new CopyTap(full, _capture, hasPosition ? 0 : null);
        await Doors[door](tap, [1]);

        await Assert.ThrowsAsync<NotSupportedException>(() => Doors[door](tap, [2, 3]));

        Assert.Equal(1, _capture.Length);
        Assert.Equal(hasPosition ? CaptureState.Reading : CaptureState.Faulted, _capture.State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CopyFromAsync_OfABody_EndsTheCapture(bool hasPosition)
    {
        await using var body = new ScriptedStream(Bytes.Of(100), 7);
        await using var tap = new CopyTap(_destination, _capture, hasPosition ? 0 : null);

        await tap.CopyFromAsync(body, bufferSize: 10, Token);

        Assert.Equal(Bytes.Of(100), _destination.ToArray());
        Assert.Equal(CaptureState.EndSeen, _capture.State);
        AssertCaptured(Bytes.Of(100));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CopyFromAsync_ToADestinationThatFails_IsNoFaultOfTheBody(bool hasPosition)
    {
        await using var destination = new FullStream();
        await using var body = new MemoryStream(Bytes.Of(100));
        await using var tap = new CopyTap(destination, _capture, hasPosition ? 0 : null);

        await Assert.ThrowsAsync<IOException>(() => tap.CopyFromAsync(body, bufferSize: 10, Token));

        Assert.Equal(hasPosition ? CaptureState.Reading : CaptureState.Faulted, _capture.State);
    }

    [Fact]
    public async Task WriteAsync_Always_HandsTheTokenToTheDestination()
    {
        using var source = new CancellationTokenSource();
        var destination = Substitute.For<Stream>();
        await using var tap = new CopyTap(destination, _capture, position: null);

        await tap.WriteAsync(new byte[] { 1 }, source.Token);
        await tap.FlushAsync(source.Token);
        tap.Flush();

        await destination.Received(1).WriteAsync(Arg.Any<ReadOnlyMemory<byte>>(), source.Token);
        await destination.Received(1).FlushAsync(source.Token);
        destination.Received(1).Flush();
    }

    [Fact]
    public async Task Members_ThatAreNotWrites_PassThrough()
    {
        await using var tap = new CopyTap(_destination, _capture, position: null);
        _destination.Write([1, 2, 3, 4]);

        Assert.True(tap.CanRead);
        Assert.True(tap.CanSeek);
        Assert.True(tap.CanWrite);
        Assert.Equal(4, tap.Length);
        Assert.Equal(4, tap.Position);
        tap.SetLength(3);
        tap.Position = 2;
        Assert.Equal(2, _destination.Position);
        Assert.Equal(1, tap.Seek(1, SeekOrigin.Begin));
        var buffer = new byte[3];
        Assert.Equal(2, tap.Read(buffer, 1, 2));
        Assert.Equal([0, 2, 3], buffer);
        AssertCaptured([]);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private void AssertCaptured(byte[] expected)
    {
        var captured = _capture.Detach(whole: true);
        Assert.NotNull(captured);
        Assert.Equal(expected, Bytes.In(captured));
        captured.Release();
    }

    private sealed class FullStream : MemoryStream
    {
        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        ) => throw new IOException("full");
    }
}
