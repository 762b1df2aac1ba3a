namespace ShadowMiddleware;

/// <summary>What became of the requests that one shadow could have received, since the process started.</summary>
/// <remarks>
/// Two equations hold in every snapshot: <c>Seen = Skipped + Dropped + Mirrored + Pending</c> and
/// <c>Mirrored = Completed + Failed + InFlight</c>, where the four with reasons stand for the sum of their values. A reason that has
/// not occurred is absent.
/// </remarks>
public sealed class ShadowLedger
{
    /// <summary>Requests that reached the middleware, each counted once.</summary>
    public required long Seen { get; init; }

    /// <summary>
    /// Requests that were not to be mirrored, by reason: <c>disabled</c>, <c>loop</c>, <c>upgrade</c>, <c>target</c>, <c>endpoint</c>, <c>writes</c>, <c>paused</c>,
    /// <c>rule</c>, <c>not_sampled</c>, <c>streaming</c>, <c>response_status</c>.
    /// </summary>
    public required IReadOnlyDictionary<string, long> Skipped { get; init; }

    /// <summary>
    /// Requests that were to be mirrored and were lost before the send, by reason: <c>queue_full</c>, <c>budget</c>, <c>pressure</c>,
    /// <c>body_too_large</c>, <c>body_incomplete</c>, <c>client_aborted</c>, <c>expired</c>, <c>rate_limited</c>, <c>breaker_open</c>,
    /// <c>transform_failed</c>, <c>withdrawn</c>, <c>shutdown</c>.
    /// </summary>
    public required IReadOnlyDictionary<string, long> Dropped { get; init; }

    /// <summary>Copies whose send the circuit breaker has admitted.</summary>
    public required long Mirrored { get; init; }

    /// <summary>Copies that the shadow answered, by the class of the status: <c>1xx</c> to <c>5xx</c>.</summary>
    public required IReadOnlyDictionary<string, long> Completed { get; init; }

    /// <summary>
    /// Copies whose send failed, by reason: <c>timeout</c>, <c>connect</c>, <c>tls</c>, <c>protocol</c>, <c>reset</c>,
    /// <c>shutdown</c>, <c>other</c>.
    /// </summary>
    public required IReadOnlyDictionary<string, long> Failed { get; init; }

    /// <summary>Requests whose primary still runs or whose copy is queued.</summary>
    public required long Pending { get; init; }

    /// <summary>
    /// Copies that are being sent. One that ended while the counts were read, and the one that took its place, may both be in it: for a moment it can be more than
    /// <c>MaxConcurrency</c>, which those that are really on their way never are.
    /// </summary>
    public required long InFlight { get; init; }
}
