using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Capture;

/// <summary>The capture of one request while its primary runs: begun before the app sees the request, ended when the app is done.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "Disposing the tee would dispose the server's stream. The captured bytes are given back by Detach."
)]
internal sealed class RequestCapture
{
    private readonly CapturedRequest _request;
    private readonly BodyRescue _rescue;
    private readonly DropReason? _loss;
    private readonly long? _contentLength;
    private readonly BodyCapture? _body;
    private readonly Stream? _original;
    private readonly Stream? _tee;
    private readonly PipeReader? _serverReader;
    private readonly RequestBodyTeeFeature? _teeFeature;

    private RequestCapture(HttpContext context, BlockPool pool, BodyRescue rescue, long maxBodyBytes, bool withPeer)
    {
        _rescue = rescue;
        _request = RequestSnapshot.Take(context, withPeer);
        if (!CanHaveBody(context))
        {
            return;
        }

        var feature = context.Features.GetRequiredFeature<IHttpRequestFeature>();
        _original = feature.Body;
        if (_original is null)
        {
            // Somebody in front has taken it away.
            _loss = DropReason.BodyIncomplete;
            return;
        }

        var serverOwnsBody = IsOfServer(feature, _original);

        // Of a body that another middleware decodes, the field tells the length before decoding.
        _contentLength = serverOwnsBody ? context.Request.ContentLength : null;
        if (_contentLength > maxBodyBytes)
        {
            _loss = DropReason.BodyTooLarge;
            return;
        }

        // Without a length or a position nobody can tell whether what is left is all of it.
        if (_contentLength is null && !_original.CanSeek && HasBegun(context))
        {
            _loss = DropReason.BodyIncomplete;
            return;
        }

        _body = new BodyCapture(pool, maxBodyBytes, _request.IsGrpc ? new GrpcFraming() : null);
        _tee = new RequestBodyTee(_original, _body);
        if (serverOwnsBody && context.Features.Get<IRequestBodyPipeFeature>() is { } pipe && IsOfServer(feature, pipe))
        {
            _serverReader = pipe.Reader;
            _teeFeature = new RequestBodyTeeFeature(pipe, feature, _tee, _serverReader, _body);
            context.Features.Set<IRequestBodyPipeFeature>(_teeFeature);
        }

        feature.Body = _tee;
    }

    /// <summary>Begins to capture.</summary>
    /// <param name="context">The request. Not kept.</param>
    /// <param name="pool">Where the blocks for its body come from.</param>
    /// <param name="rescue">Looks at what the app leaves unread.</param>
    /// <param name="maxBodyBytes">The longest body that any of its shadows takes.</param>
    /// <param name="withPeer">Whether any of its shadows is told what connection the request came by.</param>
    public static RequestCapture Begin(
        HttpContext context,
        BlockPool pool,
        BodyRescue rescue,
        long maxBodyBytes,
        bool withPeer = false
    ) => new(context, pool, rescue, maxBodyBytes, withPeer);

    /// <summary>Puts back what was replaced and ends the capture. Neither waits nor throws.</summary>
    /// <param name="context">The request.</param>
    /// <param name="why">Why there is nothing to copy.</param>
    /// <returns>The captured request, owned by the caller; <see langword="null"/> when it could not be captured whole, or is not to be copied.</returns>
    public CapturedRequest? End(HttpContext context, out NoCopy why)
    {
        why = default;
        if (_loss is { } loss)
        {
            why = NoCopy.Lost(loss);
            return null;
        }

        if (_body is null)
        {
            // A call without a message is one that streams none.
            why = NoCopy.Skipped(SkipReason.Streaming);
            return _request.IsGrpc ? null : _request;
        }

        var whole = false;
        try
        {
            var isOurs = PutBack(context);
            if (
                isOurs
                && _serverReader is not null
                && _body.State == CaptureState.Reading
                && !_body.IsWhole(_contentLength)
                && _rescue.MayLook(context, _body.Length, _contentLength)
            )
            {
                Look(_serverReader, _body);
            }

            whole = _body.IsWhole(_contentLength);

            // What is whole may yet be evicted before it is detached.
            why = whole ? NoCopy.Lost(DropReason.Budget) : Why(context);
        }
        catch (Exception)
        {
            // A feature of the context that throws must not become a failure of the request.
            why = NoCopy.Lost(DropReason.BodyIncomplete);
        }

        if (_body.Detach(whole) is not { } bytes)
        {
            return null;
        }

        _request.Attach(bytes);
        return _request;
    }

    /// <returns>Whether the body was still ours: someone further in may have put a stream of their own over it, and go on with it.</returns>
    private bool PutBack(HttpContext context)
    {
        var isOurs = ReferenceEquals(context.Request.Body, _tee);
        if (isOurs)
        {
            context.Request.Body = _original!;
        }

        if (_teeFeature is not null && ReferenceEquals(context.Features.Get<IRequestBodyPipeFeature>(), _teeFeature))
        {
            context.Features.Set(_teeFeature.Inner);
        }

        return isOurs;
    }

    private void Look(PipeReader reader, BodyCapture body)
    {
        try
        {
            BodyRescue.Look(reader, body, _contentLength);
        }
        catch (Exception exception)
        {
            // What the server would have told an app that reads on: that the client has gone, for instance.
            body.Fault(exception);
        }
    }

    private NoCopy Why(HttpContext context)
    {
        if (_body!.IsStream(_contentLength))
        {
            return NoCopy.Skipped(SkipReason.Streaming);
        }

        return NoCopy.Lost(
            _body.State switch
            {
                CaptureState.TooLarge => DropReason.BodyTooLarge,
                CaptureState.OverBudget => DropReason.Budget,
                CaptureState.ClientGone => DropReason.ClientAborted,
                _ => IsClientGone(context) ? DropReason.ClientAborted : DropReason.BodyIncomplete,
            }
        );
    }

    // The platform's time-outs in front of the mirror speak through the same token, while the client is still there.
    private static bool IsClientGone(HttpContext context) =>
        context.RequestAborted.IsCancellationRequested
        && context.Features.Get<IHttpRequestTimeoutFeature>()
            is not { RequestTimeoutToken.IsCancellationRequested: true };

    private static bool CanHaveBody(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { } detection)
        {
            return detection.CanHaveBody;
        }

        return context.Request.ContentLength > 0 || context.Request.Headers.TransferEncoding.Count > 0;
    }

    // Once somebody in front has begun to read, the limit cannot be changed any more. Not every server has one.
    private static bool HasBegun(HttpContext context) =>
        context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: true }
        || context.Features.Get<IFormFeature>() is { Form: not null };

    // What the server made comes from the assembly of its request feature; whatever else stands in for the body does not. An error
    // costs nothing but a copy: the end of the body must then have been seen.
    private static bool IsOfServer(IHttpRequestFeature feature, object part) =>
        part.GetType().Assembly == feature.GetType().Assembly;
}
