using System.Net;
using ShadowMiddleware.Background;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Redaction;

namespace ShadowMiddleware.Sending;

/// <summary>
/// The captured body as the content of a copy. It can be written any number of times: the handler writes it again after a GOAWAY or
/// on a connection that turned out to be stale. Each writing holds the body, because on HTTP/2 an early answer leaves one under way
/// when the send has returned.
/// </summary>
internal sealed class CapturedContent : HttpContent
{
    // Many edits make many small pieces, and over HTTP/2 each write is a frame.
    private const int BytesAtOnce = 4096;

    private readonly CapturedRequest _request;
    private readonly BodyEdits? _edits;
    private readonly long _length;
    private readonly CancellationTokenSource? _ended;

    // Awaited where the work goes on: who awaits a method that has switched may find it ended, and stay where it is.
    private BackgroundWorkers? _background;
    private volatile bool _hasEnded;

    /// <param name="request">The request, held by the caller until the send has ended.</param>
    /// <param name="outlivesSend">
    /// Whether a writing may be under way when the send has ended, which on HTTP/1.1 it is not: there the response is awaited when the request
    /// was written, and a send that is given up closes its connection.
    /// </param>
    /// <param name="edits">What is replaced in the body when it is written; <see langword="null"/> for nothing.</param>
    public CapturedContent(CapturedRequest request, bool outlivesSend = true, BodyEdits? edits = null)
    {
        _request = request;
        _edits = edits;
        _length = request.BodyLength + (edits?.Growth ?? 0);
        _ended = outlivesSend ? new CancellationTokenSource() : null;
    }

    /// <summary>Has the body be written on these workers, whatever thread the client writes it on: over HTTP/2 one of the pool.</summary>
    public void WriteOn(BackgroundWorkers background) => _background = background;

    /// <summary>
    /// Ends every writing that is still under way. A shadow that answers early and neither reads nor resets the stream would hold the
    /// buffers for as long as its connection lives.
    /// </summary>
    public void End()
    {
        _hasEnded = true;
        try
        {
            _ended?.Cancel();
        }
        catch (AggregateException)
        {
            // Of callbacks of the streams that are written to, which are not ours. All were called, so every writing ends.
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    )
    {
        // A replay that comes after the send was given up must not read: the buffers may already hold another request.
        ObjectDisposedException.ThrowIf(!_request.TryAddReference(), this);

        try
        {
            // A writing that is cancelled is not the end of the others: on HTTP/2 the handler cancels it, and then writes again.
            using var either = _ended is null
                ? null
                : CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
            var token = either?.Token ?? cancellationToken;
            if (_background is not null)
            {
                await _background.SwitchAsync();
            }

            await (_edits is null ? WriteAsync(stream, token) : WriteEditedAsync(stream, _edits, token));
        }
        finally
        {
            _request.Release();
        }
    }

    private async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _request.Body?.BlockCount; i++)
        {
            ThrowIfEnded();
            await stream.WriteAsync(_request.Body.GetBlock(i), cancellationToken);
            if (_background is not null)
            {
                await _background.SwitchAsync();
            }
        }
    }

    private async Task WriteEditedAsync(Stream stream, BodyEdits edits, CancellationToken cancellationToken)
    {
        // Of no pool: when a write that was cancelled lets go of it is the handler's to know.
        var buffer = new byte[BytesAtOnce];
        var filled = 0;
        foreach (var piece in edits.Apply(BodyBlocks.Of(_request.Body!)))
        {
            for (var rest = piece; !rest.IsEmpty; )
            {
                var count = Math.Min(rest.Length, buffer.Length - filled);
                rest[..count].CopyTo(buffer.AsMemory(filled));
                rest = rest[count..];
                filled += count;
                if (filled == buffer.Length)
                {
                    ThrowIfEnded();
                    await stream.WriteAsync(buffer, cancellationToken);
                    if (_background is not null)
                    {
                        await _background.SwitchAsync();
                    }

                    filled = 0;
                }
            }
        }

        ThrowIfEnded();
        await stream.WriteAsync(buffer.AsMemory(0, filled), cancellationToken);
    }

    private void ThrowIfEnded()
    {
        if (_hasEnded)
        {
            throw new OperationCanceledException("The send has ended.");
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }
}
