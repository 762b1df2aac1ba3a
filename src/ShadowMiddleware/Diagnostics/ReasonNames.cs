using System.Diagnostics;

namespace ShadowMiddleware.Diagnostics;

/// <summary>The names under which reasons appear in the ledger and in log messages.</summary>
internal static class ReasonNames
{
    public static readonly string[] Skipped = [.. Enum.GetValues<SkipReason>().Select(Name)];

    public static readonly string[] Dropped = [.. Enum.GetValues<DropReason>().Select(Name)];

    public static readonly string[] Failed = [.. Enum.GetValues<FailReason>().Select(Name)];

    /// <summary>By the first digit of the status, less one.</summary>
    public static readonly string[] StatusClasses = ["1xx", "2xx", "3xx", "4xx", "5xx"];

    public static string Name(SkipReason reason) =>
        reason switch
        {
            SkipReason.Disabled => "disabled",
            SkipReason.Loop => "loop",
            SkipReason.Upgrade => "upgrade",
            SkipReason.Hub => "hub",
            SkipReason.Streaming => "streaming",
            SkipReason.Target => "target",
            SkipReason.Endpoint => "endpoint",
            SkipReason.Writes => "writes",
            SkipReason.Paused => "paused",
            SkipReason.Rule => "rule",
            SkipReason.NotSampled => "not_sampled",
            SkipReason.ResponseStatus => "response_status",
            _ => throw new UnreachableException(),
        };

    public static string Name(DropReason reason) =>
        reason switch
        {
            DropReason.QueueFull => "queue_full",
            DropReason.Budget => "budget",
            DropReason.Pressure => "pressure",
            DropReason.BodyTooLarge => "body_too_large",
            DropReason.BodyIncomplete => "body_incomplete",
            DropReason.ClientAborted => "client_aborted",
            DropReason.Expired => "expired",
            DropReason.RateLimited => "rate_limited",
            DropReason.BreakerOpen => "breaker_open",
            DropReason.TransformFailed => "transform_failed",
            DropReason.Withdrawn => "withdrawn",
            DropReason.Shutdown => "shutdown",
            _ => throw new UnreachableException(),
        };

    public static string Name(FailReason reason) =>
        reason switch
        {
            FailReason.Timeout => "timeout",
            FailReason.Connect => "connect",
            FailReason.Tls => "tls",
            FailReason.Protocol => "protocol",
            FailReason.Reset => "reset",
            FailReason.Shutdown => "shutdown",
            FailReason.Other => "other",
            _ => throw new UnreachableException(),
        };
}
