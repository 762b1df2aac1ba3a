namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>Looks at a number all the time while a test runs and keeps the highest, on a thread of its own: a busy pool must not look away.</summary>
internal sealed class PeakWatcher : IDisposable
{
    private readonly Func<long> _read;
    private readonly TimeSpan _interval;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();
    private long _peak;

    public PeakWatcher(Func<long> read, TimeSpan? interval = null)
    {
        _read = read;
        _interval = interval ?? TimeSpan.FromMilliseconds(1);
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
        while (!_stop.Wait(_interval))
        {
            Interlocked.Exchange(ref _peak, Math.Max(Peak, _read()));
        }
    }
}
