namespace ShadowMiddleware.Capture;

/// <summary>
/// The bytes of one body while it is captured: as many as the budget has room for, and given up when a younger capture needs the room.
/// Which bytes belong to the body, and whether they are all of it, is for those who derive from it; so is the reason when they are gone.
/// </summary>
internal abstract class OpenCapture
{
    protected OpenCapture(BlockPool pool, long maxBytes)
    {
        MaxBytes = maxBytes;
        Bytes = new PooledBodyBuffer(pool);
    }

    public long Length
    {
        get
        {
            lock (Bytes)
            {
                return IsClosed ? 0 : Bytes.Length;
            }
        }
    }

    /// <summary>The neighbours in the list of <see cref="OpenCaptures"/>, which alone sets them.</summary>
    internal OpenCapture? Older { get; set; }

    /// <inheritdoc cref="Older" />
    internal OpenCapture? Newer { get; set; }

    /// <summary>
    /// The buffer, which is the lock too: nobody else locks it, and a lock object would be an allocation more per body. It guards the
    /// capture against an app that goes on after its request has ended, or on several threads, and against eviction. Held for a copy in
    /// memory, never across I/O, and by whoever calls the methods that only derived classes see.
    /// </summary>
    protected PooledBodyBuffer Bytes { get; }

    /// <summary>The longest body that is captured. Those who derive from this hold no more.</summary>
    protected long MaxBytes { get; }

    /// <summary>Whether the bytes have been handed over, or given up by their own capture. Nothing may be held after that.</summary>
    protected bool IsClosed { get; private set; }

    private OpenCaptures Captures => Bytes.Pool.Captures;

    /// <summary>Gives up the bytes for a younger capture's sake, unless the app is using this one at this very moment.</summary>
    internal bool TryEvict()
    {
        if (!Monitor.TryEnter(Bytes))
        {
            return false;
        }

        try
        {
            if (IsClosed || Bytes.Length == 0)
            {
                return false;
            }

            Bytes.Release();
            NoteEviction();
            return true;
        }
        finally
        {
            Monitor.Exit(Bytes);
        }
    }

    /// <summary>Notes that the bytes were given up for a younger capture's sake, so that nothing is held any more.</summary>
    protected abstract void NoteEviction();

    /// <summary>Copies bytes, at least one, to the end.</summary>
    /// <returns><see langword="false"/> when the budget has no room for all of them: then it is for the caller to close the capture.</returns>
    protected bool TryHold(ReadOnlySpan<byte> bytes)
    {
        if (Bytes.Length == 0)
        {
            Captures.Add(this);
        }

        while (!(bytes = Bytes.Append(bytes)).IsEmpty)
        {
            if (!Captures.EvictOldest(asking: this))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Ends the capture. When the body is <paramref name="whole"/> the caller owns it; otherwise, or when the capture was closed
    /// before, it gets nothing and the pool has its blocks back.
    /// </summary>
    protected PooledBodyBuffer? Close(bool whole)
    {
        if (IsClosed)
        {
            return null;
        }

        IsClosed = true;
        Captures.Remove(this);
        if (whole)
        {
            return Bytes;
        }

        Bytes.Release();
        return null;
    }
}
