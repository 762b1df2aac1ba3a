using System.Diagnostics.Metrics;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>How many connections the clients of shadows hold open to one port, by the client's own count.</summary>
internal sealed class OpenConnections : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly int _port;
    private long _now;
    private long _peak;

    public OpenConnections(int port)
    {
        _port = port;
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument is { Meter.Name: ShadowMeterFactory.MeterName, Name: "http.client.open_connections" })
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Count(value, tags));
        _listener.Start();
    }

    public long Now
    {
        get
        {
            lock (_gate)
            {
                return _now;
            }
        }
    }

    public long Peak
    {
        get
        {
            lock (_gate)
            {
                return _peak;
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Count(long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (name, tag) in tags)
        {
            if (name == "server.port" && tag is int port && port == _port)
            {
                lock (_gate)
                {
                    _now += value;
                    _peak = Math.Max(_peak, _now);
                }
            }
        }
    }
}
