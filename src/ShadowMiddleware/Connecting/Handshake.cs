namespace ShadowMiddleware.Connecting;

/// <summary>
/// The right to one TLS handshake. Disposed with its connection, which means that the handshake failed if it has not succeeded before; more often
/// does no harm.
/// </summary>
internal sealed class Handshake(Handshakes handshakes, HandshakeTarget target) : IDisposable
{
    private int _hasEnded;
    private int _isDisposed;

    /// <summary>The handshake has succeeded.</summary>
    public void Succeed() => End(hasSucceeded: true);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            End(hasSucceeded: false);
            handshakes.Leave(target);
        }
    }

    private void End(bool hasSucceeded)
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) == 0)
        {
            handshakes.End(target, hasSucceeded);
        }
    }
}
