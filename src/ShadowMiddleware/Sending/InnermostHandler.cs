using ShadowMiddleware.Background;

namespace ShadowMiddleware.Sending;

/// <summary>
/// The last handler in front of the connection, where the app has handlers of its own. When the response has come, they go on on a background worker, which
/// the platform does by itself over HTTP/1.1 only. A handler that takes a raw URI apart and puts it together again has
/// it made canonical, which no client has asked for. Such a copy is not sent. Another scheme, host and port are allowed: that is service discovery.
/// </summary>
internal sealed class InnermostHandler(BackgroundWorkers background) : DelegatingHandler
{
    private const int LongestShown = 200;
    private static readonly HttpRequestOptionsKey<Uri> _key = new("ShadowMiddleware.Target");

    /// <summary>Has the message be sent with the path and query that it has now, or not at all.</summary>
    public static void Expect(HttpRequestMessage message) => message.Options.Set(_key, message.RequestUri!);

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        Check(request);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            await background.SwitchAsync();
        }
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Check(request);
        return base.Send(request, cancellationToken);
    }

    private static void Check(HttpRequestMessage request)
    {
        if (
            request.Options.TryGetValue(_key, out var expected)
            && !ReferenceEquals(request.RequestUri, expected)
            && !HasTarget(request.RequestUri, expected.PathAndQuery)
        )
        {
            throw new InvalidOperationException(
                $"A handler of the shadow's client changed the target from {Show(expected)} to {Show(request.RequestUri)}. The copy is not sent: it would not be exact. "
                    + "Have the handler keep RequestUri, or set PathFidelity to Canonical."
            );
        }
    }

    private static bool HasTarget(Uri? uri, string target) =>
        uri is { IsAbsoluteUri: true } && uri.PathAndQuery == target;

    // Without the query, which may hold secrets.
    private static string Show(Uri? uri)
    {
        var target = uri is { IsAbsoluteUri: true } ? uri.PathAndQuery : "none";
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? target : target[..query];
        return (path.Length > LongestShown ? path[..LongestShown] + "…" : path) + (query < 0 ? "" : "?…");
    }
}
