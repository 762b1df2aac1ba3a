using System.Buffers;
using System.Net;
using System.Runtime.CompilerServices;
using ShadowMiddleware.Background;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.Pooling;

namespace ShadowMiddleware.Sending;

/// <summary>The typed client of a shadow: sends one copy and reads its response to the end, or to a cap, for the sake of the connection.</summary>
internal sealed class ShadowClient
{
    /// <summary>Bytes of a response that are read before it counts as over-long and is cut off.</summary>
    internal const long MaxResponseBytes = 1024 * 1024;
    private const int ReadSize = 8 * 1024;

    /// <summary>Reads of a response before it counts as over-long: each costs, however little it brings.</summary>
    internal const int MaxResponseReads = 16 * 1024;

    private readonly HttpClient _client;
    private readonly BackgroundWorkers _background;
    private readonly HttpMessageInvoker? _invoker;
    private readonly bool _checksTargets;

    /// <param name="client">The client as it was configured.</param>
    /// <param name="background">Where responses are read.</param>
    /// <param name="invoker">Its handlers alone, where it adds nothing to them: it would allocate for its time limit even without one.</param>
    /// <param name="heedsToken">Whether nothing of the app's is in between, which may go on when its token says that the send is over.</param>
    /// <param name="checksTargets">Whether an <see cref="InnermostHandler"/> sees what is sent.</param>
    public ShadowClient(
        HttpClient client,
        BackgroundWorkers background,
        HttpMessageInvoker? invoker = null,
        bool heedsToken = false,
        bool checksTargets = false
    )
    {
        _checksTargets = checksTargets;
        _client = client;
        _background = background;
        _invoker = invoker;
        HeedsToken = heedsToken;
    }

    /// <summary>Whether a send ends when its token says so.</summary>
    public bool HeedsToken { get; }

    /// <summary>Sends a copy and returns the status of the response once it has ended.</summary>
    /// <param name="message">The copy.</param>
    /// <param name="progress">Told of the messages of a gRPC response, which comes over HTTP/2 alone; <see langword="null"/>: of no interest.</param>
    /// <param name="cancellationToken">Ends the send.</param>
    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    public async ValueTask<int> SendAsync(
        HttpRequestMessage message,
        ResponseProgress? progress,
        CancellationToken cancellationToken
    )
    {
        var allowance = (message as MirroredRequestMessage)?.Allowance;
        allowance?.BeginCopy();
        using var response = await (
            _invoker?.SendAsync(message, cancellationToken)
            ?? _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
        );
        if (_checksTargets && message is MirroredRequestMessage copy)
        {
            InnermostHandler.ThrowIfReplaced(copy);
        }

        if (!IsEndless(response))
        {
            await ReadAsync(response, allowance, progress, cancellationToken);
        }

        return (int)response.StatusCode;
    }

    // Disposing an unread response costs its connection on HTTP/1.1, and aborts the shadow's handler on HTTP/2.
    private async ValueTask ReadAsync(
        HttpResponseMessage response,
        ReadAllowance? allowance,
        ResponseProgress? progress,
        CancellationToken cancellationToken
    )
    {
#pragma warning disable MA0042 // The platform's own content has its stream at hand; the asynchronous way allocates a task of it.
        var stream = HeedsToken
            ? response.Content.ReadAsStream(cancellationToken)
            : await response.Content.ReadAsStreamAsync(cancellationToken);
#pragma warning restore MA0042
        var framing = progress is not null && GrpcContentType.Matches(ContentType(response)) ? new GrpcFraming() : null;

        // Not returned when a read fails: the transport may still be writing into it.
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        long total = 0;
        var hasEnded = false;
        for (var reads = 0; reads < MaxResponseReads && total < MaxResponseBytes; reads++)
        {
            // HTTP/2 continues its readers on threads of the pool; and an endless response must not keep other work from its turn.
            await _background.SwitchAsync();
            var read = await stream.ReadAsync(buffer, cancellationToken);
            if (read == 0)
            {
                hasEnded = true;
                break;
            }

            framing?.Observe(total, buffer.AsSpan(0, read));
            if (framing is { HasMessage: true })
            {
                progress!.HasMessage((int)response.StatusCode);
            }

            total += read;
            allowance?.Receive(read);
        }

        if (!hasEnded && response.Version.Major == 2)
        {
            allowance?.CutOff();
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    // Complete at its headers: an event stream, and whatever follows a switch to another protocol, which nobody asked for.
    private static bool IsEndless(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.SwitchingProtocols
        || ContentType(response)?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;

    private static string? ContentType(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString() : null;
}
