using System.Net;

namespace ShadowMiddleware.Connecting;

/// <summary>
/// Notes that a connection has been made, its handshakes included, and puts a <see cref="Http1Stream"/> upon each of HTTP/1.1. Over HTTP/2, a
/// server says which requests it has not processed.
/// </summary>
internal sealed class Http1Filter
{
    private readonly Func<SocketsHttpPlaintextStreamFilterContext, CancellationToken, ValueTask<Stream>>? _inner;

    /// <param name="inner">A filter of the app's, which stays nearer to the connection.</param>
    public Http1Filter(
        Func<SocketsHttpPlaintextStreamFilterContext, CancellationToken, ValueTask<Stream>>? inner = null
    ) => _inner = inner;

    /// <summary>Whether the app has no filter of its own.</summary>
    public bool IsAlone => _inner is null;

    /// <summary>The <see cref="SocketsHttpHandler.PlaintextStreamFilter"/> of a shadow's client.</summary>
    public async ValueTask<Stream> FilterAsync(
        SocketsHttpPlaintextStreamFilterContext context,
        CancellationToken cancellationToken
    )
    {
        CountedConnection.NoteMade(context.PlaintextStream);
        var stream = _inner is null ? context.PlaintextStream : await _inner(context, cancellationToken);
        return context.NegotiatedHttpVersion >= HttpVersion.Version20 ? stream : new Http1Stream(stream);
    }
}
