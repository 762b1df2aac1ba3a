using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Tests.Diagnostics;

public sealed class ReasonNamesTests
{
    [Fact]
    public void Skipped_IsTheClosedSetOfWhatExists() =>
        Assert.Equal(
            [
                "disabled",
                "endpoint",
                "hub",
                "loop",
                "not_sampled",
                "paused",
                "response_status",
                "rule",
                "streaming",
                "target",
                "upgrade",
                "writes",
            ],
            ReasonNames.Skipped.Order()
        );

    [Fact]
    public void Dropped_IsTheClosedSetOfWhatExists() =>
        Assert.Equal(
            [
                "body_incomplete",
                "body_too_large",
                "breaker_open",
                "budget",
                "client_aborted",
                "expired",
                "pressure",
                "queue_full",
                "rate_limited",
                "shutdown",
                "transform_failed",
                "withdrawn",
            ],
            ReasonNames.Dropped.Order()
        );

    [Fact]
    public void Failed_IsTheClosedSet() =>
        Assert.Equal(
            ["connect", "other", "protocol", "reset", "shutdown", "timeout", "tls"],
            ReasonNames.Failed.Order()
        );

    [Fact]
    public void Name_OfTheReasonAtAnIndex_IsTheNameAtThatIndex()
    {
        Assert.All(Enum.GetValues<SkipReason>(), r => Assert.Equal(ReasonNames.Skipped[(int)r], ReasonNames.Name(r)));
        Assert.All(Enum.GetValues<DropReason>(), r => Assert.Equal(ReasonNames.Dropped[(int)r], ReasonNames.Name(r)));
        Assert.All(Enum.GetValues<FailReason>(), r => Assert.Equal(ReasonNames.Failed[(int)r], ReasonNames.Name(r)));
    }
}
