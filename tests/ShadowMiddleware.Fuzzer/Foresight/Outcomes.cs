namespace ShadowMiddleware.Fuzzer.Foresight;

/// <summary>What can become of a request for one shadow, as the ledger calls it.</summary>
internal static class Outcomes
{
    public const string Copied = "completed";
    public const string Failed = "failed";
    public const string Disabled = "skipped.disabled";
    public const string Loop = "skipped.loop";
    public const string Upgrade = "skipped.upgrade";
    public const string Hub = "skipped.hub";
    public const string Endpoint = "skipped.endpoint";
    public const string Target = "skipped.target";
    public const string Writes = "skipped.writes";
    public const string Paused = "skipped.paused";
    public const string Rule = "skipped.rule";
    public const string NotSampled = "skipped.not_sampled";
    public const string ResponseStatus = "skipped.response_status";
    public const string Streaming = "skipped.streaming";
    public const string TooLong = "dropped.body_too_large";
    public const string RateLimited = "dropped.rate_limited";
    public const string TransformFailed = "dropped.transform_failed";

    /// <summary>Of a body that was not there as a whole, to the mirror's eyes.</summary>
    public static readonly string[] NotWhole = [TooLong, "dropped.body_incomplete", "dropped.client_aborted"];

    /// <summary>Losses that a busy machine may bring about, in the place of whatever else would have come of a request that was chosen.</summary>
    public static readonly string[] Busy =
    [
        "dropped.queue_full",
        "dropped.expired",
        "dropped.budget",
        "dropped.pressure",
        RateLimited,
    ];
}
