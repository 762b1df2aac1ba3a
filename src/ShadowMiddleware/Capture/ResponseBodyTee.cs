using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ShadowMiddleware.Capture;

/// <summary>
/// Stands in for the server's response body and copies what the app writes. Every call goes to the server as the app made it; nothing
/// is written, flushed or started on the tee's own account, so the client's bytes, their framing and their time stay what they were.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "Disposing the stream would dispose the server's. The buffers are given back by End."
)]
internal sealed partial class ResponseBodyTee : IHttpResponseBodyFeature
{
    private readonly IHttpResponseBodyFeature _inner;
    private readonly ResponseRecording _recording;
    private ResponseStreamTee? _stream;
    private ResponseWriterTee? _writer;
    private bool _isInPlace;

    public ResponseBodyTee(
        IHttpResponseBodyFeature inner,
        BlockPool pool,
        long maxBytes,
        IHeaderDictionary? headers = null
    )
    {
        _inner = inner;
        _recording = new ResponseRecording(pool, maxBytes, headers);
    }

    // The same object each time: who put another stream in its place puts this one back, and is recognised by it.
    public Stream Stream => _stream ??= new ResponseStreamTee(_inner.Stream, _recording);

    // Over the server's own writer. One made over the stream would buffer by itself: it reorders what is written to both and changes
    // the chunks.
    public PipeWriter Writer => _writer ??= new ResponseWriterTee(_inner.Writer, _recording);

    public ResponseCaptureState State => _recording.State;

    public long CapturedBytes => _recording.Length;

    /// <summary>Begins to capture.</summary>
    /// <param name="context">The request. Not kept.</param>
    /// <param name="pool">Where the blocks for the body come from.</param>
    /// <param name="maxBytes">The longest body that is captured.</param>
    public static ResponseBodyTee Begin(HttpContext context, BlockPool pool, long maxBytes)
    {
        var inner = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var tee = new ResponseBodyTee(inner, pool, maxBytes, context.Response.Headers);

        // A response to HEAD has no content, whatever the app writes (RFC 9110 section 9.3.2): nothing to capture, and that is the whole
        // of it. The method is case-sensitive.
        if (!string.Equals(context.Request.Method, HttpMethods.Head, StringComparison.Ordinal))
        {
            tee._isInPlace = true;
            context.Features.Set<IHttpResponseBodyFeature>(tee);
            tee.BeginToWatch(context.Features);
        }

        return tee;
    }

    /// <summary>Puts back what was replaced and ends the capture. Neither waits nor throws.</summary>
    /// <param name="context">The request.</param>
    /// <param name="returned">Whether the app returned, rather than threw.</param>
    /// <returns>The body, empty when there is none, owned by the caller; <see langword="null"/> when <see cref="State"/> says why not.</returns>
    public PooledBodyBuffer? End(HttpContext context, bool returned)
    {
        try
        {
            var isWhole = !_isInPlace || (TryRestore(context.Features) && IsWhole(context));
            if (!isWhole || !returned)
            {
                _recording.Abandon(ResponseCaptureState.Incomplete);
            }
        }
        catch (Exception)
        {
            // A feature of the context that throws must not become a failure of the request.
            _recording.Abandon(ResponseCaptureState.Incomplete);
        }

        return _recording.Detach();
    }

    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return _recording.Watch(_inner.StartAsync(cancellationToken));
        }
        catch
        {
            _recording.Abandon(ResponseCaptureState.Incomplete);
            throw;
        }
    }

    public Task CompleteAsync()
    {
        try
        {
            return _recording.Watch(_inner.CompleteAsync());
        }
        catch
        {
            _recording.Abandon(ResponseCaptureState.Incomplete);
            throw;
        }
    }

    public void DisableBuffering() => _inner.DisableBuffering();

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
    {
        // The server sends the file in its own way. To read it a second time would cost the disk twice, and what is read then need not be
        // what was sent.
        _recording.Abandon(ResponseCaptureState.SentFile);
        return _inner.SendFileAsync(path, offset, count, cancellationToken);
    }

    // Someone further in may have put a feature of their own over the tee and left it. What it still holds is not known.
    private bool TryRestore(IFeatureCollection features)
    {
        EndToWatch(features);
        if (!ReferenceEquals(features.Get<IHttpResponseBodyFeature>(), this))
        {
            return false;
        }

        features.Set(_inner);
        return true;
    }

    private bool IsWhole(HttpContext context)
    {
        // A server sends what is left in its writer. Who put a writer of their own in front of it may flush it, or forget it.
        if (!IsServers(context) && _recording.HoldsUnflushedBytes())
        {
            return false;
        }

        var response = context.Response;
        if (
            response.StatusCode
            is StatusCodes.Status204NoContent
                or StatusCodes.Status205ResetContent
                or StatusCodes.Status304NotModified
        )
        {
            // These have no content (RFC 9110 section 6.4.1). What servers make of bytes in their writer differs.
            return CapturedBytes == 0;
        }

        return response.ContentLength is { } length
            ? CapturedBytes == length
            : !context.RequestAborted.IsCancellationRequested;
    }

    private bool IsServers(HttpContext context) =>
        _inner.GetType().Assembly == context.Features.GetRequiredFeature<IHttpResponseFeature>().GetType().Assembly;
}
