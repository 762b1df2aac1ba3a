using System.Net.Sockets;
using ShadowMiddleware.Background;

namespace ShadowMiddleware.Connecting;

/// <summary>
/// Opens the connections to shadows: to whichever of their addresses answers, with no thread of the pool that waits for a name, and no more of
/// them than <see cref="ConnectionLimits"/> allows. The client itself bounds those of HTTP/1.1 only: of an HTTP/2 connection that has no stream
/// to give it keeps hold, and opens another.
/// </summary>
internal sealed class ShadowConnector
{
    /// <summary>After this time a connection is renewed, which asks DNS again.</summary>
    public static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    // What is being closed, or is about to have a stream again, takes microseconds for it. A refusal loses a copy.
    internal static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    // A copy's time begins before it is written to a connection, on a busy machine by much.
    private const double SilentShare = 0.75;

    private readonly ConnectionLimits _limits;
    private readonly ConnectionPlaces _places;
    private readonly BackgroundWorkers _background;
    private readonly NameResolver _names;
    private readonly AddressRace _race;
    private readonly Handshakes _handshakes = new();
    private readonly TimeProvider _timeProvider;

    public ShadowConnector(
        ConnectionLimits limits,
        ConnectionPlaces places,
        BackgroundWorkers background,
        NameResolver names,
        AddressRace race,
        TimeProvider timeProvider
    )
    {
        _limits = limits;
        _places = places;
        _background = background;
        _names = names;
        _race = race;
        _timeProvider = timeProvider;
    }

    /// <summary>What may be read from the connections to each origin.</summary>
    public ReadAllowances Allowances { get; } = new();

    /// <summary>The <see cref="SocketsHttpHandler.ConnectCallback"/> of a shadow's client.</summary>
    /// <exception cref="IOException">As many connections as there may be are open. To the client it is a shadow that cannot be reached.</exception>
    public async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        CancellationToken cancellationToken
    )
    {
        var message = context.InitialRequestMessage;
        var target = new ConnectionTarget(
            context.DnsEndPoint,
            message is { Version.Major: 2, VersionPolicy: HttpVersionPolicy.RequestVersionExact }
        );
        var allowance = (message as MirroredRequestMessage)?.Allowance ?? Allowances.Find(message.RequestUri);
        if (message.RequestUri?.Scheme != Uri.UriSchemeHttps)
        {
            return await ConnectAsync(target, allowance, cancellationToken);
        }

        // The client goes on with the handshake of TLS.
        var handshake = await _handshakes.BeginAsync(target.EndPoint, cancellationToken);
        try
        {
            return await ConnectAsync(target, allowance, handshake, cancellationToken);
        }
        catch
        {
            handshake.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A copy has had no answer within its time. The shadow's connections on which nothing has arrived for as long are closed: behind one that a
    /// firewall or a crash has cut, HTTP/2 would lose all copies until the connection has had its lifetime, and HTTP/1.1 one for each that idles.
    /// </summary>
    public void TimedOut(ReadAllowance shadow, TimeSpan timeout)
    {
        // Other shadows there may give their copies longer.
        var silent = _places.FindSilent(
            shadow,
            target =>
                _limits.LongestTimeout(target.EndPoint) is var longest && longest > timeout
                    ? SilentShare * longest
                    : SilentShare * timeout
        );
        if (silent.Count > 0)
        {
            shadow.CloseSilent();
            silent.ForEach(static place => place.CloseConnection());
        }
    }

    internal ValueTask<Stream> ConnectAsync(
        ConnectionTarget target,
        ReadAllowance? allowance,
        CancellationToken cancellationToken
    ) => ConnectAsync(target, allowance, handshake: null, cancellationToken);

    private async ValueTask<Stream> ConnectAsync(
        ConnectionTarget target,
        ReadAllowance? allowance,
        Handshake? handshake,
        CancellationToken cancellationToken
    )
    {
        // So that it has not ended before the client awaits it, which would then go on on its own thread.
        await _background.YieldAsync();
        var place = await TakePlaceAsync(target, cancellationToken);
        Socket? socket = null;
        try
        {
            var addresses = await _names.FindAsync(target.EndPoint.Host, cancellationToken);
            socket = await _race.ConnectAsync(addresses, target.EndPoint.Port, cancellationToken);
            var traffic = new ConnectionTraffic(allowance, _timeProvider);
            var connection = new CountedConnection(socket, place, _background, traffic, handshake);
            place.Give(connection, traffic);

            // The client goes on from here: with TLS, its first step asks callbacks of the app's and builds the chain of a client
            // certificate.
            await _background.SwitchAsync();
            return connection;
        }
        catch
        {
            socket?.Dispose();
            place.Dispose();
            throw;
        }
    }

    private async ValueTask<ConnectionPlace> TakePlaceAsync(
        ConnectionTarget target,
        CancellationToken cancellationToken
    )
    {
        var since = _timeProvider.GetTimestamp();
        while (true)
        {
            if (_places.TryTake(target, _limits.For(target.EndPoint)) is { } place)
            {
                return place;
            }

            if (_timeProvider.GetElapsedTime(since) >= Patience)
            {
                throw new IOException("As many connections are open as the MaxConcurrency of the shadow allows.");
            }

            // Of a connection that it cannot use the client keeps hold for as long as the peer likes, past the lifetime of any other. Where
            // the shadow is well again, or elsewhere, nobody could reach it.
            _places.FindOldest(target, ConnectionLifetime)?.CloseConnection();
            await Task.Delay(Pause, _timeProvider, cancellationToken);
        }
    }
}
