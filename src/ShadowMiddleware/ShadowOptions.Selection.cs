using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware;

/// <content>Which requests are copied, beyond a share of all.</content>
public sealed partial class ShadowOptions
{
    private readonly List<Func<HttpContext, bool>> _requestPredicates = [];
    private readonly List<Func<HttpContext, bool>> _responsePredicates = [];

    /// <summary>Which requests are copied. The first rule whose conditions match decides.</summary>
    /// <value>Default empty. For a request that no rule matches, <see cref="Percent"/> is the share.</value>
    public IList<MirroringRule> Rules { get; } = [];

    internal IReadOnlyList<Func<HttpContext, bool>> RequestPredicates => _requestPredicates;

    internal IReadOnlyList<Func<HttpContext, bool>> ResponsePredicates => _responsePredicates;

    /// <summary>Copies only requests for which a predicate holds. Others are skipped as <c>rule</c>.</summary>
    /// <param name="predicate">
    /// Looks at the request, as it is at this place of the pipeline, before the app sees it. It runs on the request's way, for several requests at once, so it must be quick, must not wait, and must change and
    /// keep nothing. When it throws, the request goes on without a copy, as if it had returned <see langword="false"/>; the first exception is logged.
    /// </param>
    /// <returns>The same options.</returns>
    /// <remarks>
    /// Several predicates must all hold. They bind what endpoints and rules choose as well, and are asked after both and before the draw.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="predicate"/> is <see langword="null"/>.</exception>
    public ShadowOptions When(Func<HttpContext, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        _requestPredicates.Add(predicate);
        return this;
    }

    /// <summary>Copies only requests with a response for which a predicate holds. Others are skipped as <c>response_status</c>.</summary>
    /// <param name="predicate">
    /// Looks at the request and its response when the app is done with it. The conditions are those of <see cref="When"/>. The response may be on its way already, and after an exception of the app its status
    /// is not yet the one that the client gets.
    /// </param>
    /// <returns>The same options.</returns>
    /// <remarks>
    /// Several predicates must all hold, on top of a rule's <see cref="MirroringRule.ResponseStatus"/>. It is asked only for requests that were chosen before.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="predicate"/> is <see langword="null"/>.</exception>
    public ShadowOptions WhenResponse(Func<HttpContext, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        _responsePredicates.Add(predicate);
        return this;
    }
}
