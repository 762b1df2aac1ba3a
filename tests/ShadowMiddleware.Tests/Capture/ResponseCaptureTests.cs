using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Capture;

/// <summary>Begin and end of a capture: what is put back, and when what was captured is the whole body.</summary>
public sealed class ResponseCaptureTests : ResponseTeeTest
{
    private readonly byte[] _bytes = Bytes.Of(1000);

    [Fact]
    public void End_Always_PutsBackTheServersBody()
    {
        Assert.Same(Tee, Context.Features.Get<IHttpResponseBodyFeature>());

        End();

        Assert.Same(Response, Context.Features.Get<IHttpResponseBodyFeature>());
    }

    [Fact]
    public void End_OfAResponseWithoutABody_IsWhole()
    {
        Assert.Equal(Array.Empty<byte>(), End());
        Assert.Equal(ResponseCaptureState.Whole, Tee.State);
    }

    [Fact]
    public async Task End_Twice_GivesTheBodyOnce()
    {
        await Context.Response.Body.WriteAsync(_bytes, Token);

        Assert.Equal(_bytes, End());
        Assert.Null(End());
    }

    [Fact]
    public async Task End_WithUnflushedBytesInTheServersWriter_CapturesThemAndLeavesThemThere()
    {
        await Context.Response.Body.WriteAsync(_bytes, Token);
        Context.Response.BodyWriter.Write("rest"u8);

        var captured = End();

        Assert.Equal(_bytes, Response.Wire);
        Assert.Equal(4, Response.Writer.UnflushedBytes);
        Response.Finish();
        Assert.Equal(Response.Wire, captured);
    }

    [Fact]
    public async Task End_WhenTheAppThrew_IsNotCaptured()
    {
        await Context.Response.Body.WriteAsync(_bytes, Token);

        Assert.Null(End(returned: false));
        Assert.Equal(ResponseCaptureState.Incomplete, Tee.State);
        Assert.Same(Response, Context.Features.Get<IHttpResponseBodyFeature>());
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    [InlineData(999, false)]
    public async Task End_WithAContentLength_IsWholeWhenItWasWritten(long length, bool isWhole)
    {
        Response.Headers.ContentLength = length;
        await Context.Response.Body.WriteAsync(_bytes, Token);

        Assert.Equal(isWhole ? _bytes : null, End());
    }

    [Theory]
    [InlineData(StatusCodes.Status204NoContent)]
    [InlineData(StatusCodes.Status205ResetContent)]
    [InlineData(StatusCodes.Status304NotModified)]
    public void End_OfAStatusWithoutContent_IsWholeWhenNothingWasWritten(int status)
    {
        Context.Response.StatusCode = status;
        Response.Headers.ContentLength = 17;

        Assert.Equal(Array.Empty<byte>(), End());
    }

    [Theory]
    [InlineData(StatusCodes.Status204NoContent)]
    [InlineData(StatusCodes.Status205ResetContent)]
    [InlineData(StatusCodes.Status304NotModified)]
    public void End_OfAStatusWithoutContent_IsNotCapturedWhenSomethingWasWritten(int status)
    {
        Context.Response.BodyWriter.Write(_bytes);
        Context.Response.StatusCode = status;

        Assert.Null(End());
    }

    [Fact]
    public async Task Begin_OfHead_ReplacesNothingAndIsWhole()
    {
        ConfigureContext = context => context.Request.Method = "HEAD";

        Assert.Same(Response, Context.Features.Get<IHttpResponseBodyFeature>());
        await Context.Response.Body.WriteAsync(_bytes, Token);
        Context.Response.ContentLength = 1000;

        Assert.Equal(Array.Empty<byte>(), End());
        Assert.Equal(ResponseCaptureState.Whole, Tee.State);
    }

    [Fact]
    public async Task Begin_OfHeadInOtherLetters_IsAMethodOfItsOwn()
    {
        ConfigureContext = context => context.Request.Method = "head";
        await Context.Response.Body.WriteAsync(_bytes, Token);

        Assert.Equal(_bytes, End());
    }

    [Fact]
    public async Task End_AfterTheClientWentAway_IsNotCaptured()
    {
        await Context.Response.Body.WriteAsync(_bytes, Token);
        Context.RequestAborted = new CancellationToken(canceled: true);

        Assert.Null(End());
        Assert.Equal(ResponseCaptureState.Incomplete, Tee.State);
    }

    [Fact]
    public async Task End_AfterTheClientGotEverythingAndWentAway_IsWhole()
    {
        Response.Headers.ContentLength = 1000;
        await Context.Response.Body.WriteAsync(_bytes, Token);
        Context.RequestAborted = new CancellationToken(canceled: true);

        Assert.Equal(_bytes, End());
    }

    [Fact]
    public async Task End_WhenAnotherBodyWasLeftInPlace_LeavesItThereAndIsNotCaptured()
    {
        var other = new StreamResponseBodyFeature(Context.Response.Body);
        Context.Features.Set<IHttpResponseBodyFeature>(other);
        await Context.Response.Body.WriteAsync(_bytes, Token);

        Assert.Null(End());
        Assert.Same(other, Context.Features.Get<IHttpResponseBodyFeature>());
        Assert.Equal(_bytes, Response.Wire);
    }

    [Fact]
    public async Task End_WhenTheServersBodyWasPutInPlace_IsNotCaptured()
    {
        await Context.Response.Body.WriteAsync(_bytes, Token);
        Context.Features.Set<IHttpResponseBodyFeature>(Response);
        await Context.Response.Body.WriteAsync(_bytes, Token);

        Assert.Null(End());
    }

    [Fact]
    public async Task Body_ReplacedAndPutBack_IsTheTeeAgain()
    {
        var original = Context.Response.Body;
        using var buffered = new MemoryStream();
        Context.Response.Body = buffered;
        await Context.Response.WriteAsync("buffered", Token);
        Context.Response.Body = original;
        await original.WriteAsync(buffered.ToArray(), Token);

        Assert.Same(Tee, Context.Features.Get<IHttpResponseBodyFeature>());
        Assert.Equal("buffered"u8.ToArray(), End());
    }

    [Fact]
    public void End_WhenAFeatureThrows_IsNotCapturedAndDoesNotThrow()
    {
        Context.Response.BodyWriter.Write(_bytes);
        Response.Headers = new ThrowingHeaders();

        Assert.Null(End());
        Assert.Equal(ResponseCaptureState.Incomplete, Tee.State);
    }

    [Fact]
    public async Task End_WhileAWriteIsPending_IsNotCaptured()
    {
        var gate = new TaskCompletionSource();
        Response.Gate = gate.Task;
        var pending = Context.Response.Body.WriteAsync(_bytes, Token);

        var captured = End();
        gate.SetResult();
        await pending;

        Assert.Null(captured);
        Assert.Equal(ResponseCaptureState.Incomplete, Tee.State);
    }

    [Fact]
    public async Task Abort_ByTheApp_ReachesTheServerAndIsNotCaptured()
    {
        var lifetime = new FakeLifetime();
        ConfigureContext = context => context.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        await Context.Response.Body.WriteAsync(_bytes, Token);

        Context.Abort();

        Assert.Equal(1, lifetime.Aborts);
        Assert.Equal(0, Memory.BlocksOut);
        Assert.Null(End());
        Assert.Same(lifetime, Context.Features.Get<IHttpRequestLifetimeFeature>());
        Assert.Null(Context.Features.Get<IHttpResetFeature>());
    }

    [Fact]
    public async Task Reset_ByTheApp_ReachesTheServerAndIsNotCaptured()
    {
        var lifetime = new FakeLifetime();
        ConfigureContext = context => context.Features.Set<IHttpResetFeature>(lifetime);
        await Context.Response.Body.WriteAsync(_bytes, Token);

        Context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(errorCode: 7);

        Assert.Equal(7, lifetime.ErrorCode);
        Assert.Null(End());
        Assert.Same(lifetime, Context.Features.Get<IHttpResetFeature>());
    }

    [Fact]
    public void RequestAborted_Always_IsTheServers()
    {
        using var source = new CancellationTokenSource();
        var lifetime = new FakeLifetime { RequestAborted = source.Token };
        ConfigureContext = context => context.Features.Set<IHttpRequestLifetimeFeature>(lifetime);

        Assert.Equal(source.Token, Context.RequestAborted);
        Context.RequestAborted = Token;

        Assert.Equal(Token, lifetime.RequestAborted);
        Assert.NotNull(End());
    }

    [Fact]
    public void End_WhenAnotherLifetimeWasLeftInPlace_LeavesItThere()
    {
        var other = new FakeLifetime();
        Assert.NotSame(other, Context.Features.Get<IHttpRequestLifetimeFeature>());
        Context.Features.Set<IHttpRequestLifetimeFeature>(other);
        Context.Features.Set<IHttpResetFeature>(other);

        Assert.NotNull(End());

        Assert.Same(other, Context.Features.Get<IHttpRequestLifetimeFeature>());
        Assert.Same(other, Context.Features.Get<IHttpResetFeature>());
    }

    private sealed class FakeLifetime : IHttpRequestLifetimeFeature, IHttpResetFeature
    {
        public CancellationToken RequestAborted { get; set; }

        public int Aborts { get; private set; }

        public int ErrorCode { get; private set; }

        public void Abort() => Aborts++;

        public void Reset(int errorCode) => ErrorCode = errorCode;
    }
}
