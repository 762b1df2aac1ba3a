using System.Buffers;
using Microsoft.Net.Http.Headers;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Redaction;

namespace ShadowMiddleware.Sending;

/// <summary>Redacts the body of a message whose fields are all there, in slices. Until it has ended, the message has no body.</summary>
internal sealed class MessageRedaction
{
    private readonly HttpRequestMessage _message;
    private readonly HttpContent _content;
    private readonly CapturedRequest _captured;
    private readonly byte[]? _transformed;
    private readonly bool _outlivesSend;
    private readonly IEnumerator<BodyEdits?> _slices;

    private MessageRedaction(
        HttpRequestMessage message,
        HttpContent content,
        CapturedRequest captured,
        byte[]? transformed,
        ReadOnlySequence<byte> body,
        bool outlivesSend,
        RedactionConfiguration redaction
    )
    {
        _message = message;
        _content = content;
        _captured = captured;
        _transformed = transformed;
        _outlivesSend = outlivesSend;
        _slices = BodyRedactor
            .Find(
                body,
                Field(content, HeaderNames.ContentType),
                Field(content, HeaderNames.ContentEncoding),
                redaction,
                captured.TryCharge
            )
            .GetEnumerator();

        // Whoever forgets the slices sends nothing that should have been redacted.
        message.Content = null;
    }

    /// <param name="message">The message, not sent yet.</param>
    /// <param name="captured">The request, held by the caller until the last slice.</param>
    /// <param name="transformed">The body that a transform has set; <see langword="null"/> when it is that of the request.</param>
    /// <param name="outlivesSend">Whether a writing of the body may be under way when the send has ended.</param>
    /// <param name="redaction">What is redacted.</param>
    /// <returns><see langword="null"/> when the message has no body.</returns>
    public static MessageRedaction? Begin(
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
        return body.IsEmpty || message.Content is not { } content
            ? null
            : new(message, content, captured, transformed, body, outlivesSend, redaction);
    }

    /// <summary>Does one slice of the work. The one that returns <see langword="true"/> is the last, and the message has its body.</summary>
    /// <exception cref="NotSupportedException">The body cannot be redacted with certainty.</exception>
    /// <exception cref="ByteBudgetException">There is no room for what is to be redacted.</exception>
    public bool Step()
    {
        if (!_slices.MoveNext())
        {
            throw new InvalidOperationException("The redaction has ended.");
        }

        if (_slices.Current is not { } edits)
        {
            return false;
        }

        _message.Content = edits.Count > 0 ? Apply(edits) : _content;
        return true;
    }

    /// <summary>Does all slices at once.</summary>
    /// <inheritdoc cref="Step" path="/exception"/>
    public void Run()
    {
        while (!Step())
        {
            // The next one.
        }
    }

    private HttpContent Apply(BodyEdits edits)
    {
        // What was captured is changed while it is written, and needs no second place.
        HttpContent content = _transformed is null
            ? new CapturedContent(_captured, _outlivesSend, edits)
            : new ByteArrayContent(Apply(edits, _transformed));
        foreach (var (name, values) in _content.Headers.NonValidated)
        {
            _ = content.Headers.TryAddWithoutValidation(name, values);
        }

        return content;
    }

    // What a transform has set is the copy's own already, and outside of the budget.
    private static byte[] Apply(BodyEdits edits, byte[] transformed)
    {
        var redacted = new byte[transformed.Length + edits.Growth];
        var filled = 0;
        foreach (var piece in edits.Apply([transformed]))
        {
            piece.CopyTo(redacted.AsMemory(filled));
            filled += piece.Length;
        }

        return redacted;
    }

    private static string? Field(HttpContent content, string name) =>
        content.Headers.NonValidated.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
