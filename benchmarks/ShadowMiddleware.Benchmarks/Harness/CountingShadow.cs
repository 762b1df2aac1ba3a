using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>
/// Shadows at no distance: every copy is answered at once, and accounted for as a real one. They take the place of the send, so that
/// the path of the request is left.
/// </summary>
internal sealed class CountingShadow : IShadowSenderFactory
{
    private long _received;

    /// <summary>The copies that all shadows together have received.</summary>
    public long Received => Interlocked.Read(ref _received);

    public void Prepare(ShadowConfiguration configuration) { }

    public IShadowSender Create(ShadowConfiguration configuration, ShadowAccount account) => new Sender(this, account);

    private sealed class Sender : IShadowSender
    {
        private readonly CountingShadow _shadow;
        private readonly ShadowAccount _account;

        public Sender(CountingShadow shadow, ShadowAccount account)
        {
            _shadow = shadow;
            _account = account;
        }

        public void Update(ShadowConfiguration configuration) { }

        public ValueTask SendAsync(
            CapturedRequest captured,
            ShadowConfiguration configuration,
            string tagHeader,
            CancellationToken stopping
        )
        {
            _account.Mirror();
            _account.Complete(200);
            Interlocked.Increment(ref _shadow._received);
            return default;
        }
    }
}
