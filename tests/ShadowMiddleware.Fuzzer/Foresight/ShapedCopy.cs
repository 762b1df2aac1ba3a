using ShadowMiddleware.Fuzzer.Judging;

namespace ShadowMiddleware.Fuzzer.Foresight;

/// <summary>What a configuration makes of a copy.</summary>
/// <param name="Copy">What arrives, if anything does.</param>
/// <param name="MayFail">Whether it may be dropped as <c>transform_failed</c>.</param>
/// <param name="MustFail">Whether it has to be.</param>
internal sealed record ShapedCopy(ExpectedCopy Copy, bool MayFail, bool MustFail);
