using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>
/// A shadow at no distance: every copy is answered at once, and accounted for as a real one. It takes the place of the send, so that
/// the path of the request is left.
/// </summary>
internal sealed class CountingShadow : IShadowSenderFactory, IShadowSender
{
    private ShadowAccount? _account;
    private long _received;

    public long Received => Interlocked.Read(ref _received);

    public void Prepare(ShadowConfiguration configuration) { }

    public IShadowSender Create(ShadowConfiguration configuration, ShadowAccount account)
    {
        _account = account;
        return this;
    }

    public void Update(ShadowConfiguration configuration) { }

    public ValueTask SendAsync(
        CapturedRequest captured,
        ShadowConfiguration configuration,
        string tagHeader,
        CancellationToken stopping
    )
    {
        _account!.Mirror();
        _account.Complete(200);
        Interlocked.Increment(ref _received);
        return default;
    }
}
