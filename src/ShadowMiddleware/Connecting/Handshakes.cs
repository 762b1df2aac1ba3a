using System.Net;

namespace ShadowMiddleware.Connecting;

/// <summary>
/// Lets few TLS handshakes with a host and port run at once until one has succeeded, and again from when one has failed. A handshake can cost
/// a thread for a long time, when a chain of certificates is checked by the app's own code for instance; of those that are all going to fail, a
/// few are enough.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Handshakes
{
    /// <summary>Handshakes at once with a target of which nothing is known, or nothing good.</summary>
    internal const int MaxUnproven = 4;

    // Held for a look at the counts. Who waited goes on outside of it.
    private readonly Lock _gate = new();
    private readonly Dictionary<DnsEndPoint, HandshakeTarget> _targets = [];

    /// <summary>Waits until one more handshake may begin.</summary>
    public async ValueTask<Handshake> BeginAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        TaskCompletionSource? turn = null;
        HandshakeTarget? target;
        lock (_gate)
        {
            if (!_targets.TryGetValue(endPoint, out target))
            {
                target = new HandshakeTarget(endPoint);
                _targets.Add(endPoint, target);
            }

            target.Holders++;
            if (target.MayBegin)
            {
                target.Running++;
            }
            else
            {
                turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                target.Waiting.Enqueue(turn);
            }
        }

        var handshake = new Handshake(this, target);
        if (turn is not null)
        {
            await WaitAsync(turn, handshake, target, cancellationToken);
        }

        return handshake;
    }

    /// <summary>A handshake has ended. Its connection may stay open.</summary>
    public void End(HandshakeTarget target, bool hasSucceeded)
    {
        lock (_gate)
        {
            target.IsProven = hasSucceeded;
            target.Running--;
            LetBegin(target);
        }
    }

    /// <summary>A connection is closed, or will never be opened.</summary>
    public void Leave(HandshakeTarget target)
    {
        lock (_gate)
        {
            // Reloads may bring one address after the other.
            if (--target.Holders == 0)
            {
                _targets.Remove(target.EndPoint);
            }
        }
    }

    private async ValueTask WaitAsync(
        TaskCompletionSource turn,
        Handshake handshake,
        HandshakeTarget target,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await turn.Task.WaitAsync(cancellationToken);
        }
        catch
        {
            // Its turn may have come meanwhile.
            if (turn.TrySetCanceled(cancellationToken))
            {
                Leave(target);
            }
            else
            {
                handshake.Dispose();
            }

            throw;
        }
    }

    private static void LetBegin(HandshakeTarget target)
    {
        while (target.MayBegin && target.Waiting.TryDequeue(out var turn))
        {
            // Not one that was given up.
            if (turn.TrySetResult())
            {
                target.Running++;
            }
        }
    }
}
