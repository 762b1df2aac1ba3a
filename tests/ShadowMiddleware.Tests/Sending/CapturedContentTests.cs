using ShadowMiddleware.Capture;
using ShadowMiddleware.Redaction;
using ShadowMiddleware.Sending;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Sending;

public sealed class CapturedContentTests : IDisposable
{
    private readonly byte[] _bytes = Bytes.Of(10_000);
    private readonly CountingMemoryPool _memory = new();
    private readonly BlockPool _pool;
    private readonly CapturedRequest _request;

    public CapturedContentTests()
    {
        _pool = new BlockPool(new ByteBudget(1_000_000), _memory);
        _request = TestRequest.Post(_pool, _bytes);
    }

    public void Dispose()
    {
        Assert.Equal(0, _memory.BlocksOut);
        _pool.Dispose();
        _memory.Dispose();
    }

    [Fact]
    public async Task CopyToAsync_AnyNumberOfTimes_WritesTheBody()
    {
        using var content = new CapturedContent(_request);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(_bytes, await WriteAsync(content));
        }

        _request.Release();
    }

    [Fact]
    public async Task CopyToAsync_ByTwoAtOnce_WritesTheBodyToBoth()
    {
        using var content = new CapturedContent(_request);
        using var slow = new GatedStream();

        var first = content.CopyToAsync(slow, Token);
        Assert.Equal(_bytes, await WriteAsync(content));
        slow.Open();
        await Soon.Ends(first);

        Assert.Equal(_bytes, slow.ToArray());
        _request.Release();
    }

    [Fact]
    public void ContentLength_IsThatOfTheCapturedBytes()
    {
        using var content = new CapturedContent(_request);

        Assert.Equal(10_000, content.Headers.ContentLength);
        _request.Release();
    }

    [Fact]
    public async Task CopyToAsync_AfterTheRelease_ThrowsAndReadsNothing()
    {
        using var content = new CapturedContent(_request);
        _request.Release();
        using var target = new MemoryStream();

        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => content.CopyToAsync(target, Token));

        Assert.IsType<ObjectDisposedException>(exception.InnerException);
        Assert.Equal(0, target.Length);
        Assert.Equal(10_000, content.Headers.ContentLength);
    }

    [Fact]
    public async Task CopyToAsync_ThatHangsWhenTheSendHasReturned_HoldsTheBody()
    {
        var content = new CapturedContent(_request);
        using var slow = new GatedStream();
        var writing = content.CopyToAsync(slow, Token);

        content.Dispose();
        _request.Release();
        Assert.Equal(3, _memory.BlocksOut);

        slow.Open();
        await Soon.Ends(writing);
        Assert.Equal(_bytes, slow.ToArray());
        Assert.Equal(0, _memory.BlocksOut);
    }

    [Fact]
    public async Task CopyToAsync_ThatIsCancelled_LetsTheBodyGo()
    {
        using var content = new CapturedContent(_request);
        using var slow = new GatedStream();
        using var source = new CancellationTokenSource();
        var writing = content.CopyToAsync(slow, source.Token);
        _request.Release();

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon.Ends(writing));
        Assert.Equal(0, _memory.BlocksOut);
    }

    [Fact]
    public async Task CopyToAsync_AgainAfterOneWasCancelled_WritesTheBody()
    {
        using var content = new CapturedContent(_request);
        using var slow = new GatedStream();
        using var source = new CancellationTokenSource();
        var writing = content.CopyToAsync(slow, source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon.Ends(writing));

        // As the handler does after a GOAWAY, or a stream that was refused.
        Assert.Equal(_bytes, await WriteAsync(content));

        _request.Release();
    }

    [Fact]
    public async Task End_EndsTheWritingUnderWayAndThoseToCome()
    {
        using var content = new CapturedContent(_request);
        using var slow = new GatedStream();
        var writing = content.CopyToAsync(slow, Token);

        content.End();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon.Ends(writing));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => WriteAsync(content));
        _request.Release();
    }

    [Fact]
    public async Task CopyToAsync_ToAConnectionThatBreaks_LetsTheBodyGo()
    {
        using var content = new CapturedContent(_request);
        var broken = new MemoryStream(new byte[100], writable: false);

        await Assert.ThrowsAnyAsync<Exception>(() => content.CopyToAsync(broken, Token));

        _request.Release();
        Assert.Equal(0, _memory.BlocksOut);
    }

    [Fact]
    public async Task CopyToAsync_WithoutABody_WritesNothing()
    {
        using var content = new CapturedContent(TestRequest.Get());

        Assert.Empty(await WriteAsync(content));
        _request.Release();
    }

    [Fact]
    public async Task CopyToAsync_WithEdits_WritesTheEditedBodyAnyNumberOfTimes()
    {
        var edits = new BodyEdits();
        edits.Add(0, 1, Replacement.JsonNull);
        edits.Add(4_000, 5_000, Replacement.JsonString);
        edits.Add(10_000, 0, Replacement.Word);
        using var content = new CapturedContent(_request, edits: edits);
        byte[] expected = [.. "null"u8, .. _bytes[1..4_000], .. "\"redacted\""u8, .. _bytes[9_000..], .. "redacted"u8];

        Assert.Equal(expected.Length, content.Headers.ContentLength);
        Assert.Equal(expected, await WriteAsync(content));
        Assert.Equal(expected, await WriteAsync(content));
        _request.Release();
    }

    [Fact]
    public async Task CopyToAsync_WithEditsThatHangsWhenTheSendHasReturned_HoldsTheBodyUntilTheEnd()
    {
        var edits = new BodyEdits();
        edits.Add(1, 1, Replacement.Word);
        using var content = new CapturedContent(_request, edits: edits);
        using var slow = new GatedStream();
        var writing = content.CopyToAsync(slow, Token);

        _request.Release();
        Assert.Equal(3, _memory.BlocksOut);
        content.End();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon.Ends(writing));
        Assert.Equal(0, _memory.BlocksOut);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => WriteAsync(content));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<byte[]> WriteAsync(CapturedContent content)
    {
        using var target = new MemoryStream();
        await content.CopyToAsync(target, Token);
        return target.ToArray();
    }

    /// <summary>A connection whose peer does not read until it is told to.</summary>
    private sealed class GatedStream : MemoryStream
    {
        private readonly TaskCompletionSource _gate = new();

        public void Open() => _gate.SetResult();

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            await _gate.Task.WaitAsync(cancellationToken);
            Write(buffer.Span);
        }
    }
}
