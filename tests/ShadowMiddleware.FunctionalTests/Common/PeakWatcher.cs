namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>Looks at a number all the time while a test runs and keeps the highest, on a thread of its own: a busy pool must not look away.</summary>
internal sealed class PeakWatcher : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(1);

    private readonly Func<long> _read;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();
    private long _peak;

    public PeakWatcher(Func<long> read)
    {
        _read = read;
        _peak = read();
        _thread = new Thread(Watch) { IsBackground = true, Name = nameof(PeakWatcher) };
        _thread.Start();
    }

    public long Peak => Interlocked.Read(ref _peak);

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Watch()
    {
        while (!_stop.Wait(Interval))
        {
            Interlocked.Exchange(ref _peak, Math.Max(Peak, _read()));
        }
    }
}
