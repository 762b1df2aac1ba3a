namespace ShadowMiddleware.Connecting;

/// <summary>
/// How much may be read at full speed from the connections to one origin. What copies ask for is given back as it arrives; what nobody
/// asked for, such as endless empty frames of HTTP/2, uses the allowance up, and then reads are slowed down until copies bring more of it.
/// </summary>
/// <remarks>Thread-safe. The counts are approximate where threads meet: they slow reads down and decide nothing else.</remarks>
internal sealed class ReadAllowance
{
    /// <summary>The most that is saved up, in bytes.</summary>
    internal const long Max = 4 * 1024 * 1024;

    /// <summary>
    /// The most that is given for the rest of responses that were cut off, in bytes: the window that the platform's client gives to a whole
    /// connection over HTTP/2, which bounds what may be under way.
    /// </summary>
    internal const long MaxAfterCutOff = 64 * 1024 * 1024;

    /// <summary>What each copy brings for its response's head and framing, in bytes.</summary>
    internal const long PerCopy = 64 * 1024;

    /// <summary>What a read costs besides its bytes, in bytes: shadows may send them one by one.</summary>
    internal const long PerRead = 512;

    // Framing of TLS, of HTTP/2 and of chunks, as a share of the content.
    private const int FramingShare = 16;

    private long _left = Max;
    private long _silentClosedAt = long.MinValue;

    /// <summary>Whether reads have to slow down.</summary>
    public bool IsUsedUp => Volatile.Read(ref _left) < 0;

    /// <summary>
    /// Whether connections were closed because nothing arrived on them, since this moment or so shortly before it that the client may still have used them.
    /// A copy that was on its way on one has timed out.
    /// </summary>
    /// <param name="timestamp">A timestamp of <see cref="TimeProvider.System"/>.</param>
    public bool HasClosedSilentSince(long timestamp) =>
        Volatile.Read(ref _silentClosedAt) > timestamp - TimeProvider.System.TimestampFrequency;

    /// <summary>Notes that connections are closed because nothing arrived on them.</summary>
    public void CloseSilent() => Volatile.Write(ref _silentClosedAt, TimeProvider.System.GetTimestamp());

    /// <summary>A copy is sent.</summary>
    public void BeginCopy() => Give(PerCopy);

    /// <summary>Some content of a response has reached the copy that asked for it.</summary>
    public void Receive(long bytes) => Give(bytes + (bytes / FramingShare) + PerRead);

    /// <summary>
    /// A copy has cut off a response over HTTP/2 that was longer than it reads. What the shadow may still send of it until it learns so, as far
    /// as the client's window lets it, counts as asked for.
    /// </summary>
    public void CutOff()
    {
        var left = Interlocked.Add(ref _left, Max);
        if (left > MaxAfterCutOff)
        {
            Interlocked.CompareExchange(ref _left, MaxAfterCutOff, left);
        }
    }

    /// <summary>Something was read from a connection.</summary>
    public void Read(int bytes) => Interlocked.Add(ref _left, -(bytes + PerRead));

    private void Give(long bytes)
    {
        // What was given for the rest of responses that were cut off fades as it is used.
        if (Volatile.Read(ref _left) >= Max)
        {
            return;
        }

        var left = Interlocked.Add(ref _left, bytes);
        if (left > Max)
        {
            Interlocked.CompareExchange(ref _left, Max, left);
        }
    }
}
