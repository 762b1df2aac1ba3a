namespace ShadowMiddleware.Tests.Common;

/// <summary>Time that stands still, and in which something happens once between the asking and the answer: what two threads do, in a known order.</summary>
internal sealed class InterruptedTime : TimeProvider
{
    public Action? Interruption { get; set; }

    public override long GetTimestamp()
    {
        var interruption = Interruption;
        Interruption = null;
        interruption?.Invoke();
        return 0;
    }
}
