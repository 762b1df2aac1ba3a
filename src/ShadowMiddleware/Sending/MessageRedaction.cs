using System.Buffers;
using Microsoft.Net.Http.Headers;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Redaction;

namespace ShadowMiddleware.Sending;

/// <summary>Redacts the body of a message whose fields are all there.</summary>
internal static class MessageRedaction
{
    /// <param name="message">The message, not sent yet.</param>
    /// <param name="captured">The request, held by the caller.</param>
    /// <param name="transformed">The body that a transform has set; <see langword="null"/> when it is that of the request.</param>
    /// <param name="outlivesSend">Whether a writing of the body may be under way when the send has ended.</param>
    /// <param name="redaction">What is redacted.</param>
    /// <exception cref="NotSupportedException">The body cannot be redacted with certainty.</exception>
    /// <exception cref="ByteBudgetException">There is no room for what is to be redacted.</exception>
    public static void Redact(
        HttpRequestMessage message,
        CapturedRequest captured,
        byte[]? transformed,
        bool outlivesSend,
        RedactionConfiguration redaction
    )
    {
        var body =
            transformed is not null ? new ReadOnlySequence<byte>(transformed)
            : captured.Body is not null ? BodyBlocks.AsSequence(captured.Body)
            : default;
        if (body.IsEmpty || message.Content is not { } content)
        {
            return;
        }

        var slices = BodyRedactor.Find(
            body,
            Field(content, HeaderNames.ContentType),
            Field(content, HeaderNames.ContentEncoding),
            redaction,
            captured.TryCharge
        );
        var edits = slices.Last()!;
        if (edits.Count > 0)
        {
            message.Content = Apply(edits, captured, transformed, outlivesSend);
            foreach (var (name, values) in content.Headers.NonValidated)
            {
                _ = message.Content.Headers.TryAddWithoutValidation(name, values);
            }
        }
    }

    // What a transform has set is the copy's own already, and outside of the budget; what was captured is changed while it is written, and needs no second place.
    private static HttpContent Apply(BodyEdits edits, CapturedRequest captured, byte[]? transformed, bool outlivesSend)
    {
        if (transformed is null)
        {
            return new CapturedContent(captured, outlivesSend, edits);
        }

        var redacted = new byte[transformed.Length + edits.Growth];
        var filled = 0;
        foreach (var piece in edits.Apply([transformed]))
        {
            piece.CopyTo(redacted.AsMemory(filled));
            filled += piece.Length;
        }

        return new ByteArrayContent(redacted);
    }

    private static string? Field(HttpContent content, string name) =>
        content.Headers.NonValidated.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
