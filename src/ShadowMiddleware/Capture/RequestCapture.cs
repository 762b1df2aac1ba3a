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
        _request = RequestSnapshot.Take(context, withPeer, pool);
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
        }

        try
        {
            if (_teeFeature is not null)
            {
                context.Features.Set<IRequestBodyPipeFeature>(_teeFeature);
            }

            feature.Body = _tee;
        }
        catch
        {
            PutBack(context);
            throw;
        }
    }

    /// <summary>Whether this is a gRPC call.</summary>
    public bool IsGrpc => _request.IsGrpc;

    /// <summary>Whether all of the request is here already.</summary>
    public bool IsWhole => _loss is null && (_body is null ? !_request.IsGrpc : _body.IsWhole(_contentLength));

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

    /// <summary>
    /// Ends the capture of a request that is whole, while the app goes on with it. What was replaced stays until <see cref="PutBack"/>: the app may be using it.
    /// Neither waits nor throws.
    /// </summary>
    /// <param name="why">Why there is nothing to copy.</param>
    /// <returns>The captured request, owned by the caller; <see langword="null"/> when there is nothing to copy.</returns>
    public CapturedRequest? EndEarly(out NoCopy why) => Complete(_body?.Detach(whole: true), out why);

    /// <summary>Puts back what was replaced and ends the capture. Neither waits nor throws.</summary>
    /// <param name="context">The request.</param>
    /// <param name="why">Why there is nothing to copy.</param>
    /// <returns>The captured request, owned by the caller; <see langword="null"/> when it could not be captured whole, or is not to be copied.</returns>
    public CapturedRequest? End(HttpContext context, out NoCopy why)
    {
        var isOurs = PutBack(context);
        if (_loss is { } loss)
        {
            why = NoCopy.Lost(loss);
            return null;
        }

        if (_body is null && _request.IsGrpc)
        {
            // A call without a message is one that streams none.
            why = NoCopy.Skipped(SkipReason.Streaming);
            return null;
        }

        return _body is not null && !TryEndBody(context, _body, isOurs, out why)
            ? null
            : Complete(_body?.Detach(whole: true), out why);
    }

    /// <returns>Whether the body is whole.</returns>
    private bool TryEndBody(HttpContext context, BodyCapture body, bool isOurs, out NoCopy why)
    {
        try
        {
            if (
                isOurs
                && _serverReader is not null
                && body.State == CaptureState.Reading
                && !body.IsWhole(_contentLength)
                && _rescue.MayLook(context, body.Length, _contentLength)
            )
            {
                Look(_serverReader, body);
            }

            if (body.IsWhole(_contentLength))
            {
                why = default;
                return true;
            }

            why = Why(context);
        }
        catch (Exception)
        {
            // A feature of the context that throws must not become a failure of the request.
            why = NoCopy.Lost(DropReason.BodyIncomplete);
        }

        body.Detach(whole: false);
        return false;
    }

    // What is handed on is charged for what it holds from here on. Until now the server held the same fields.
    private CapturedRequest? Complete(PooledBodyBuffer? body, out NoCopy why)
    {
        why = NoCopy.Lost(DropReason.Budget);
        if (_body is not null)
        {
            if (body is null)
            {
                // It was whole, and was evicted before it could be detached.
                return null;
            }

            _request.Attach(body);
        }

        if (_request.TryCharge(_request.HeadBytes))
        {
            return _request;
        }

        _request.Release();
        return null;
    }

    /// <summary>Puts back what was replaced. Neither waits nor throws.</summary>
    /// <param name="context">The request.</param>
    /// <returns>Whether the body was still ours: someone further in may have put a stream of their own over it, and go on with it.</returns>
    public bool PutBack(HttpContext context)
    {
        var isOurs = false;
        try
        {
            isOurs = _tee is not null && ReferenceEquals(context.Request.Body, _tee);
            if (isOurs)
            {
                context.Request.Body = _original!;
            }
        }
        catch (Exception)
        {
            // A feature that the app has put over the server's. The other door is put back all the same.
        }

        try
        {
            if (
                _teeFeature is not null
                && ReferenceEquals(context.Features.Get<IRequestBodyPipeFeature>(), _teeFeature)
            )
            {
                context.Features.Set(_teeFeature.Inner);
            }
        }
        catch (Exception)
        {
            // As above.
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
