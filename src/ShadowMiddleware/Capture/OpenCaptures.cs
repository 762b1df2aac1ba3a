namespace ShadowMiddleware.Capture;

/// <summary>
/// The captures under way that hold bytes, oldest first. When the budget is used up the oldest gives up its bytes, so that clients who
/// send slowly cannot keep everybody else's requests from being mirrored.
/// </summary>
internal sealed class OpenCaptures
{
    // A list through the captures themselves: adding and removing allocate nothing. Whoever comes here holds the lock of one capture
    // at most, so that a second one's is only ever tried, never waited for.
    private readonly Lock _gate = new();
    private OpenCapture? _oldest;
    private OpenCapture? _newest;

    public void Add(OpenCapture capture)
    {
        lock (_gate)
        {
            capture.Older = _newest;
            if (_newest is null)
            {
                _oldest = capture;
            }
            else
            {
                _newest.Newer = capture;
            }

            _newest = capture;
        }
    }

    /// <summary>Takes a capture out; one that is not in the list stays out.</summary>
    public void Remove(OpenCapture capture)
    {
        lock (_gate)
        {
            Unlink(capture);
        }
    }

    /// <summary>Lets the oldest capture that began before <paramref name="asking"/> give up its bytes.</summary>
    /// <param name="asking">The capture that asks; <see langword="null"/> for one that is complete, which all others give way to.</param>
    /// <returns><see langword="false"/> when there is none: then it is for the one who asks to give up.</returns>
    public bool EvictOldest(OpenCapture? asking = null)
    {
        lock (_gate)
        {
            for (
                var capture = _oldest;
                capture is not null && !ReferenceEquals(capture, asking);
                capture = capture.Newer
            )
            {
                if (capture.TryEvict())
                {
                    Unlink(capture);
                    return true;
                }
            }

            return false;
        }
    }

    private void Unlink(OpenCapture capture)
    {
        if (!ReferenceEquals(capture, _oldest) && capture.Older is null)
        {
            return;
        }

        if (capture.Older is null)
        {
            _oldest = capture.Newer;
        }
        else
        {
            capture.Older.Newer = capture.Newer;
        }

        if (capture.Newer is null)
        {
            _newest = capture.Older;
        }
        else
        {
            capture.Newer.Older = capture.Older;
        }

        capture.Older = null;
        capture.Newer = null;
    }
}
