using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Capture;

/// <summary>The capture of one request while its primary runs: begun before the app sees the request, ended when the app is done.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "Disposing the tee would dispose the server's stream. Its buffers are given back by Detach."
)]
internal sealed class RequestCapture
{
    private readonly CapturedRequest _request;
    private readonly long _maxBodyBytes;
    private readonly bool _tooLarge;
    private readonly Stream? _original;
    private readonly RequestBodyTee? _tee;
    private readonly bool _serverOwnsBody;
    private readonly PipeReader? _serverReader;
    private readonly long? _contentLength;

    private RequestCapture(HttpContext context, BlockPool pool, long maxBodyBytes)
    {
        _request = RequestSnapshot.Take(context);
        _maxBodyBytes = maxBodyBytes;
        if (!CanHaveBody(context))
        {
            return;
        }

        _original = context.Request.Body;
        _serverOwnsBody = ServerOwns(context, _original);

        // Of a body that another middleware decodes, the field tells the length before decoding.
        _contentLength = _serverOwnsBody ? context.Request.ContentLength : null;
        if (_contentLength > maxBodyBytes)
        {
            _tooLarge = true;
            return;
        }

        // Taken now: once the app has read the tee through a pipe, the server makes another reader, which has nothing buffered.
        _serverReader = _serverOwnsBody ? ServerReader(context) : null;
        _tee = new RequestBodyTee(_original, pool, maxBodyBytes);
        context.Request.Body = _tee;
    }

    /// <summary>Begins to capture.</summary>
    /// <param name="context">The request. Not kept.</param>
    /// <param name="pool">Where the blocks for its body come from.</param>
    /// <param name="maxBodyBytes">The longest body that any of its shadows takes.</param>
    public static RequestCapture Begin(HttpContext context, BlockPool pool, long maxBodyBytes) =>
        new(context, pool, maxBodyBytes);

    /// <summary>Puts back what was replaced and ends the capture. Neither waits nor throws.</summary>
    /// <param name="context">The request.</param>
    /// <param name="loss">Why there is nothing to copy.</param>
    /// <returns>The captured request, owned by the caller; <see langword="null"/> when it could not be captured whole.</returns>
    public CapturedRequest? End(HttpContext context, out DropReason loss)
    {
        loss = default;
        if (_tooLarge)
        {
            loss = DropReason.BodyTooLarge;
            return null;
        }

        if (_tee is null)
        {
            return _request;
        }

        var whole = false;
        try
        {
            // Someone further in may have put a stream of their own over the tee, and someone further out may go on with it.
            var restored = ReferenceEquals(context.Request.Body, _tee);
            if (restored)
            {
                context.Request.Body = _original!;
            }

            if (
                restored
                && _serverReader is not null
                && !IsWhole()
                && IsWithinServerLimit(context)
                && !AwaitsContinue(context)
            )
            {
                BodyRescue.Read(_serverReader, _tee, _contentLength);
            }

            whole = IsWhole();
            if (!whole)
            {
                loss = Loss(context);
            }
        }
        catch (Exception)
        {
            // A feature of the context that throws must not become a failure of the request.
            loss = DropReason.BodyIncomplete;
        }

        var body = _tee.Detach(whole);
        if (body is null)
        {
            return null;
        }

        _request.Attach(body);
        return _request;
    }

    private bool IsWhole() =>
        _tee!.State switch
        {
            CaptureState.EndSeen => true,
            CaptureState.Reading => _tee.CapturedBytes == _contentLength,
            _ => false,
        };

    private DropReason Loss(HttpContext context) =>
        _tee!.State switch
        {
            CaptureState.TooLarge => DropReason.BodyTooLarge,
            CaptureState.OverBudget => DropReason.Budget,
            CaptureState.ClientGone => DropReason.ClientAborted,
            _ => context.RequestAborted.IsCancellationRequested ? DropReason.ClientAborted : DropReason.BodyIncomplete,
        };

    // Over its own limit the server would answer the rescue with an exception and close the client's connection.
    private bool IsWithinServerLimit(HttpContext context)
    {
        var limit = context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize;
        return limit is null || (_contentLength ?? _maxBodyBytes) <= limit;
    }

    // To look for chunks, the server starts to read them, and says "100 Continue" when there is none yet. With an announced length it
    // looks without a word.
    private bool AwaitsContinue(HttpContext context) =>
        _contentLength is null && context.Request.Headers.Expect.Count > 0;

    private static bool CanHaveBody(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { } detection)
        {
            return detection.CanHaveBody;
        }

        return context.Request.ContentLength > 0 || context.Request.Headers.TransferEncoding.Count > 0;
    }

    private static PipeReader? ServerReader(HttpContext context) =>
        context.Features.Get<IRequestBodyPipeFeature>() is { } pipe && ServerOwns(context, pipe) ? pipe.Reader : null;

    // What the server made comes from the assembly of its request feature; whatever else stands in for the body does not. An error
    // costs nothing but a copy: the end of the body must then have been seen.
    private static bool ServerOwns(HttpContext context, object part) =>
        part.GetType().Assembly == context.Features.GetRequiredFeature<IHttpRequestFeature>().GetType().Assembly;
}
