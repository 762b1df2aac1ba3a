using System.Net;
using System.Net.Http.Headers;
using ShadowMiddleware.Sending;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Sending;

public sealed class ShadowClientTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task SendAsync_OfAResponse_ReadsItToTheEnd(int length)
    {
        var body = new ResponseBody(length);

        var status = await SendAsync(HttpStatusCode.Accepted, body);

        Assert.Equal(202, status);
        Assert.Equal(length, body.BytesRead);
        Assert.True(body.IsEndSeen);
        Assert.True(body.IsDisposed);
    }

    [Fact]
    public async Task SendAsync_OfAnEndlessResponse_ReadsToTheCapAndCutsItOff()
    {
        var body = new ResponseBody(long.MaxValue);

        var status = await SendAsync(HttpStatusCode.OK, body);

        Assert.Equal(200, status);
        Assert.InRange(body.BytesRead, ShadowClient.MaxResponseBytes, ShadowClient.MaxResponseBytes + (64 * 1024));
        Assert.False(body.IsEndSeen);
        Assert.True(body.IsDisposed);
    }

    [Theory]
    [InlineData(ShadowClient.MaxResponseBytes - 1, true)]
    [InlineData(ShadowClient.MaxResponseBytes, false)]
    public async Task SendAsync_OfAResponseAroundTheCap_LooksForTheEndOnlyBelowIt(long length, bool isEndSeen)
    {
        var body = new ResponseBody(length);

        await SendAsync(HttpStatusCode.OK, body);

        Assert.Equal(length, body.BytesRead);
        Assert.Equal(isEndSeen, body.IsEndSeen);
    }

    [Theory]
    [InlineData("text/event-stream", true)]
    [InlineData("text/event-stream; charset=utf-8", true)]
    [InlineData("Text/Event-Stream", true)]
    [InlineData("text/plain", false)]
    [InlineData(null, false)]
    public async Task SendAsync_OfAnEventStream_IsCompleteAtItsHeaders(string? contentType, bool isEventStream)
    {
        var body = new ResponseBody(100);

        await SendAsync(HttpStatusCode.OK, body, contentType);

        Assert.Equal(isEventStream ? 0 : 100, body.BytesRead);
        Assert.True(body.IsDisposed);
    }

    [Fact]
    public async Task SendAsync_OfAResponseThatBreaksOff_Throws()
    {
        var body = new ResponseBody(100) { Fault = new HttpIOException(HttpRequestError.ResponseEnded) };

        await Assert.ThrowsAsync<HttpIOException>(() => SendAsync(HttpStatusCode.OK, body));

        Assert.True(body.IsDisposed);
    }

    [Fact]
    public async Task SendAsync_Always_ReturnsAtTheHeadersBeforeItReads()
    {
        // A client that buffered the content would have read it before the first of our reads.
        var body = new ResponseBody(100);
        using var handler = new StubHandler(
            (_, _) => Task.FromResult(Response(HttpStatusCode.OK, body, "text/event-stream"))
        );
        using var http = new HttpClient(handler);
        using var message = new HttpRequestMessage(HttpMethod.Get, "http://shadow.test/");

        await new ShadowClient(http, TestWorkers.Shared).SendAsync(
            message,
            new ResponseProgress(),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(0, body.BytesRead);
        Assert.Same(message, Assert.Single(handler.Requests));
    }

    private static async Task<int> SendAsync(HttpStatusCode status, ResponseBody body, string? contentType = null)
    {
        using var handler = new StubHandler((_, _) => Task.FromResult(Response(status, body, contentType)));
        using var http = new HttpClient(handler);
        using var message = new HttpRequestMessage(HttpMethod.Get, "http://shadow.test/");
        return await new ShadowClient(http, TestWorkers.Shared).SendAsync(
            message,
            new ResponseProgress(),
            TestContext.Current.CancellationToken
        );
    }

    private static HttpResponseMessage Response(HttpStatusCode status, ResponseBody body, string? contentType)
    {
        var content = new StreamContent(body);
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        return new HttpResponseMessage(status) { Content = content };
    }

    private sealed class ResponseBody(long length) : Stream
    {
        public long BytesRead { get; private set; }

        public bool IsEndSeen { get; private set; }

        public bool IsDisposed { get; private set; }

        public Exception? Fault { get; init; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Fault is not null)
            {
                throw Fault;
            }

            var count = (int)Math.Min(buffer.Length, length - BytesRead);
            BytesRead += count;
            IsEndSeen |= count == 0;
            return new ValueTask<int>(count);
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
