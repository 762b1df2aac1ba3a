using System.IO.Pipelines;

namespace ShadowMiddleware.Capture;

/// <summary>
/// Takes the part of a body that the app did not read, as far as it has already arrived. Endpoints that never read their body would
/// otherwise never be mirrored.
/// </summary>
internal static class BodyRescue
{
    /// <summary>Reads what is there into the tee, without waiting and without asking the client for more.</summary>
    /// <param name="reader">The server's own reader of the body.</param>
    /// <param name="tee">Takes the bytes, and is told of the end.</param>
    /// <param name="contentLength">The announced length; <see langword="null"/> when there is none.</param>
    public static void Read(PipeReader reader, RequestBodyTee tee, long? contentLength)
    {
        // ReadAsync would put "100 Continue" on the wire in front of a response that has not started; TryRead does not, where the
        // length of the body was announced.
        while (tee.State == CaptureState.Reading && reader.TryRead(out var result))
        {
            foreach (var segment in result.Buffer)
            {
                tee.Append(segment.Span);
            }

            var empty = result.Buffer.IsEmpty;
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                tee.MarkEnd();
                return;
            }

            if (empty || result.IsCanceled || tee.CapturedBytes == contentLength)
            {
                return;
            }
        }
    }
}
