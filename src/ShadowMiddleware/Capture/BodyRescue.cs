using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ShadowMiddleware.Capture;

/// <summary>
/// Looks at the part of a body that the app did not read, as far as it has already arrived. Endpoints that never read their body would
/// otherwise never be mirrored.
/// </summary>
internal sealed class BodyRescue
{
    private readonly long _mostPerLook;

    /// <param name="limits">Those of the server; <see langword="null"/> when they are not known.</param>
    public BodyRescue(KestrelServerLimits? limits)
    {
        if (limits is null)
        {
            _mostPerLook = long.MaxValue;
            return;
        }

        // The server stops to read when its buffer is full, and may have gone beyond by what it read last.
        var buffer = Math.Max(limits.MaxRequestBufferSize ?? long.MaxValue, limits.Http2.InitialStreamWindowSize);
        _mostPerLook = SaturatingAdd(buffer, buffer);
    }

    /// <summary>Whether a look leaves no trace in what the client gets.</summary>
    /// <param name="context">The request, whose app is done.</param>
    /// <param name="captured">Bytes of the body that were read already.</param>
    /// <param name="contentLength">The announced length; <see langword="null"/> when there is none.</param>
    public bool MayLook(HttpContext context, long captured, long? contentLength)
    {
        // To look for chunks the server would ask the client for them, in front of a response that has not started.
        if (contentLength is null && captured == 0 && context.Request.Headers.Expect.Count > 0)
        {
            return false;
        }

        // Over its limit the server answers a look with an exception, and the response with "Connection: close". Without a length, one
        // look counts as much as the server may have buffered.
        var limit = context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize;
        return limit is null || (contentLength ?? SaturatingAdd(captured, _mostPerLook)) <= limit;
    }

    /// <summary>
    /// Copies what is there, without waiting, and consumes nothing: middleware in front of the mirror, an exception handler or a
    /// callback may still read it, and the server deals with what is left as it always does.
    /// </summary>
    /// <param name="reader">The server's own reader of the body.</param>
    /// <param name="capture">Takes the bytes, and is told of the end.</param>
    /// <param name="contentLength">The announced length; <see langword="null"/> when there is none.</param>
    public static void Look(PipeReader reader, BodyCapture capture, long? contentLength)
    {
        var isCanceled = false;
        var isThere = TryLook(reader, capture, examine: false, ref isCanceled);

        // The server goes on with a chunked body, up to the end of it, only when somebody has examined what it has decoded. Who reads
        // next gets the same bytes; of a body that has not ended, they come with the next that arrive.
        while (
            isThere
            && contentLength is null
            && capture.State == CaptureState.Reading
            && TryLook(reader, capture, examine: true, ref isCanceled)
        ) { }

        if (isCanceled)
        {
            // The app has cancelled a read that is still to come. It is not ours.
            reader.CancelPendingRead();
        }
    }

    /// <returns>Whether there may be more to see. A reader that has ended says so again each time.</returns>
    private static bool TryLook(PipeReader reader, BodyCapture capture, bool examine, ref bool isCanceled)
    {
        if (!reader.TryRead(out var result))
        {
            return false;
        }

        isCanceled |= result.IsCanceled;
        capture.Look(result.Buffer, isEnd: result.IsCompleted);
        reader.AdvanceTo(result.Buffer.Start, examine ? result.Buffer.End : result.Buffer.Start);
        return !result.IsCompleted;
    }

    private static long SaturatingAdd(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;
}
