using ShadowMiddleware.Background;
using ShadowMiddleware.Connecting;

namespace ShadowMiddleware.Sending;

/// <summary>
/// The last handler in front of the connection, where the app has handlers of its own. When the response has come, they continue on a
/// background worker, which the platform does by itself over HTTP/1.1 only. A copy whose path or query one of them has changed is not sent:
/// no client has asked for that. A handler that takes a raw URI apart and puts it together again makes it canonical. Another scheme, host and
/// port are allowed: that is service discovery.
/// </summary>
internal sealed class InnermostHandler(BackgroundWorkers background) : DelegatingHandler
{
    private const int LongestShown = 200;
    private static readonly HttpRequestOptionsKey<MirroredRequestMessage> _key = new("ShadowMiddleware.Copy");

    /// <summary>Has the message be known in what a handler makes of it, if that takes the options over.</summary>
    public static void Expect(MirroredRequestMessage message) => message.Options.Set(_key, message);

    /// <summary>Whether there is such a handler beneath this one.</summary>
    public static bool IsIn(HttpMessageHandler handler)
    {
        for (
            var current = handler;
            current is DelegatingHandler { InnerHandler: { } inner } delegating;
            current = inner
        )
        {
            if (delegating is InnermostHandler)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Fails for a copy whose handlers have sent something else in its place, which nobody knows to be exact.</summary>
    /// <exception cref="InvalidOperationException">It is so.</exception>
    public static void ThrowIfReplaced(MirroredRequestMessage message)
    {
        if (message is { IsRaw: true, WasChecked: false })
        {
            throw new InvalidOperationException(
                $"A handler of the shadow's client sent another message in place of the one for {Show(message.Target)}, or none. "
                    + "Whether its target was the same is not known. "
                    + "Have the handler send the message that it gets, or a copy of it with its Options."
            );
        }
    }

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
        var copy =
            request as MirroredRequestMessage
            ?? (request.Options.TryGetValue(_key, out var original) ? original : null);
        if (copy is null)
        {
            return;
        }

        copy.WasChecked = true;
        if (
            !ReferenceEquals(request.RequestUri, copy.Target)
            && !HasTarget(request.RequestUri, copy.Target.PathAndQuery)
        )
        {
            throw new InvalidOperationException(
                $"A handler of the shadow's client changed the target from {Show(copy.Target)} to {Show(request.RequestUri)}. "
                    + "The copy is not sent: it would not be exact. Have the handler keep the path and query of RequestUri; RewritePath and "
                    + "AddTransform change them for copies, and PathFidelity Canonical allows what a handler makes canonical."
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
