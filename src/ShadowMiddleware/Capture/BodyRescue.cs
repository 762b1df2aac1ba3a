using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ShadowMiddleware.Capture;

/// <summary>
/// Takes the part of a body that the app did not read, as far as it has already arrived. Endpoints that never read their body would
/// otherwise never be mirrored.
/// </summary>
internal static class BodyRescue
{
    /// <summary>Reads what is there into the tee, without waiting and without asking the client for more.</summary>
    public static void Read(HttpContext context, RequestBodyTee tee, long? contentLength, long maxBodyBytes)
    {
        // Over its own limit the server would answer the read with an exception and close the client's connection.
        var serverLimit = context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize;
        if (serverLimit < (contentLength ?? maxBodyBytes))
        {
            return;
        }

        var reader = context.Request.BodyReader;

        // ReadAsync would put "100 Continue" on the wire in front of a response that has not started; TryRead does not.
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
