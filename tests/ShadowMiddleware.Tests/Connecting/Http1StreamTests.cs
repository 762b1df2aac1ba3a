using ShadowMiddleware.Connecting;

namespace ShadowMiddleware.Tests.Connecting;

public sealed class Http1StreamTests : IDisposable
{
    private static readonly byte[] Request = [1, 2, 3];
    private readonly Peer _peer = new();
    private readonly Http1Stream _stream;
    private readonly byte[] _buffer = new byte[100];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public Http1StreamTests() => _stream = new Http1Stream(_peer);

    public void Dispose() => _stream.Dispose();

    [Fact]
    public async Task Read_OfAnEndBehindARequest_Fails()
    {
        await _stream.WriteAsync(Request, Token);
        var reading = _stream.ReadAsync(_buffer, Token);

        _peer.Answers(0);

        await AssertEndedAsync(reading);
    }

    [Fact]
    public async Task Read_AheadOfTheRequestAndOfAnEndBehindIt_Fails()
    {
        var reading = _stream.ReadAsync(_buffer, Token);
        await _stream.WriteAsync(Request, Token);

        _peer.Answers(0);

        await AssertEndedAsync(reading);
    }

    [Fact]
    public async Task Read_OfAnEndBehindAnAnswer_IsTheEnd()
    {
        await _stream.WriteAsync(Request, Token);
        await ReadAsync(5);

        Assert.Equal(0, await ReadAsync(0));
    }

    [Fact]
    public async Task Read_OfAnEndBehindASecondRequest_Fails()
    {
        await _stream.WriteAsync(Request, Token);
        await ReadAsync(5);
        var ahead = _stream.ReadAsync(_buffer, Token);
        await _stream.WriteAsync(Request, Token);

        _peer.Answers(0);

        await AssertEndedAsync(ahead);
    }

    [Fact]
    public async Task Read_OfAnEndBehindAnEarlyAnswerAndTheRestOfTheRequest_IsTheEnd()
    {
        var ahead = _stream.ReadAsync(_buffer, Token);
        await _stream.WriteAsync(Request, Token);
        _peer.Answers(5);
        Assert.Equal(5, await ahead);
        await _stream.WriteAsync(Request, Token);

        Assert.Equal(0, await ReadAsync(0));
    }

    [Fact]
    public async Task Write_BehindTheEnd_WritesNothingAndTheReadSaysThatItIsTheEnd()
    {
        await _stream.WriteAsync(Request, Token);
        await ReadAsync(5);
        var ahead = _stream.ReadAsync(_buffer, Token);
        _peer.Answers(0);

        await _stream.WriteAsync(Request, Token);

        Assert.Equal(0, await ahead);
        Assert.Equal(Request, _peer.Written.ToArray());
    }

    [Fact]
    public async Task Read_OfNothing_IsNoEnd()
    {
        await _stream.WriteAsync(Request, Token);
        var waiting = _stream.ReadAsync(Memory<byte>.Empty, Token);
        _peer.Answers(0);

        Assert.Equal(0, await waiting);
        Assert.Equal(5, await ReadAsync(5));
    }

    [Fact]
    public async Task Read_ThatFails_FailsAlike()
    {
        await _stream.WriteAsync(Request, Token);
        var reading = _stream.ReadAsync(_buffer, Token);
        var fault = new IOException("reset");

        _peer.Fails(fault);

        Assert.Same(fault, await Assert.ThrowsAsync<IOException>(reading.AsTask));
    }

    [Fact]
    public void Read_ByTheOtherMethods_FailsAlike()
    {
        _stream.Write(Request);
        _peer.Answers(0);

        Assert.Equal(
            HttpRequestError.ResponseEnded,
            Assert.Throws<HttpIOException>(() => _stream.Read(_buffer, 0, 1)).HttpRequestError
        );
    }

    private async Task<int> ReadAsync(int count)
    {
        var reading = _stream.ReadAsync(_buffer, Token);
        _peer.Answers(count);
        return await reading;
    }

    private static async Task AssertEndedAsync(ValueTask<int> reading) =>
        Assert.Equal(
            HttpRequestError.ResponseEnded,
            (await Assert.ThrowsAsync<HttpIOException>(reading.AsTask)).HttpRequestError
        );

    /// <summary>The other side of a connection: each read ends when it says so.</summary>
    private sealed class Peer : MemoryStream
    {
        private TaskCompletionSource<int> _answer = new();

        public MemoryStream Written { get; } = new();

        public void Answers(int count) => _answer.SetResult(count);

        public void Fails(Exception exception) => _answer.SetException(exception);

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            var count = await _answer.Task;
            _answer = new TaskCompletionSource<int>();
            return count;
        }

        public override int Read(Span<byte> buffer)
        {
            Assert.True(_answer.Task.IsCompleted);
            return _answer.Task.GetAwaiter().GetResult();
        }

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        ) => Written.WriteAsync(buffer, cancellationToken);

        public override void Write(ReadOnlySpan<byte> buffer) => Written.Write(buffer);
    }
}
