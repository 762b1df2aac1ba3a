using System.Diagnostics.Metrics;
using System.Net;
using System.Net.NetworkInformation;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>
/// How many sockets the clients of shadows hold open to one port, by the system's count, which is taken whenever one was connected. The
/// client's own count goes down only after a closed connection has given its place to the next.
/// </summary>
internal sealed class OpenConnections : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly int _port;
    private readonly HashSet<IPEndPoint> _others;
    private int _peak;

    public OpenConnections(int port)
    {
        _port = port;

        // The port may have been another listener's, whose clients have not let go.
        _others = [.. Connected().Select(connection => connection.LocalEndPoint)];
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument is { Meter.Name: ShadowMeterFactory.MeterName, Name: "http.client.open_connections" })
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Note(value, tags));
        _listener.Start();
    }

    public int Now => Connected().Count(connection => !_others.Contains(connection.LocalEndPoint));

    public int Peak
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

    private IEnumerable<TcpConnectionInformation> Connected() =>
        IPGlobalProperties
            .GetIPGlobalProperties()
            .GetActiveTcpConnections()
            .Where(connection =>
                connection.RemoteEndPoint.Port == _port
                && connection.State is TcpState.SynSent or TcpState.Established or TcpState.CloseWait
            );

    private void Note(long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (name, tag) in tags)
        {
            if (value > 0 && name == "server.port" && tag is int port && port == _port)
            {
                lock (_gate)
                {
                    _peak = Math.Max(_peak, Now);
                }
            }
        }
    }
}
