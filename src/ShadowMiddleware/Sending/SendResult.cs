using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Sending;

/// <summary>How an admitted send ended: with the status of a response, or with a failure.</summary>
internal readonly record struct SendResult(int StatusCode, FailReason? Failure, Exception? Exception)
{
    /// <summary>Whether it speaks against the shadow being reachable. A status never does.</summary>
    public bool CountsAgainstShadow => Failure is FailReason.Connect or FailReason.Reset or FailReason.Timeout;

    public static SendResult Answered(int statusCode) => new(statusCode, Failure: null, Exception: null);

    public static SendResult Failed(FailReason reason, Exception exception) => new(StatusCode: 0, reason, exception);
}
