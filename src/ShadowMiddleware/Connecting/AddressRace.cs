using System.Net;
using System.Net.Sockets;

namespace ShadowMiddleware.Connecting;

/// <summary>
/// Connects to the one of a host's addresses that answers first (RFC 8305): each gets a head start, then the next one is tried beside it. An
/// address that nobody answers at, such as one of IPv6 where only IPv4 works, costs the head start and not the connection.
/// </summary>
internal sealed class AddressRace
{
    /// <summary>The connection attempt delay that RFC 8305 section 5 recommends.</summary>
    internal static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    private readonly IDialer _dialer;
    private readonly AddressOrder _order;
    private readonly TimeProvider _timeProvider;

    public AddressRace(IDialer dialer, AddressOrder order, TimeProvider timeProvider)
    {
        _dialer = dialer;
        _order = order;
        _timeProvider = timeProvider;
    }

    /// <summary>Connects to one of the addresses. What else was begun is ended, whether there is a winner or not.</summary>
    /// <exception cref="SocketException">None of them answers; the exception of the one that says most about the shadow.</exception>
    public async ValueTask<Socket> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        var endPoints = _order.Sort(addresses, port);
        return endPoints is [var only]
            ? await _dialer.DialAsync(only, cancellationToken)
            : await RaceAsync(endPoints, cancellationToken);
    }

    private async Task<Socket> RaceAsync(IPEndPoint[] endPoints, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<(Task<Socket> Dialing, IPEndPoint EndPoint)>();
        try
        {
            Exception? failure = null;
            var headStart = Task.CompletedTask;
            for (var next = 0; next < endPoints.Length || running.Count > 0; )
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (next < endPoints.Length && headStart.IsCompleted)
                {
                    var endPoint = endPoints[next++];
                    running.Add((_dialer.DialAsync(endPoint, over.Token), endPoint));
                    headStart = Task.Delay(HeadStart, _timeProvider, over.Token);
                }

                IEnumerable<Task> dialing = running.Select(static attempt => attempt.Dialing);
                var first = await Task.WhenAny(next < endPoints.Length ? dialing.Append(headStart) : dialing);
                var ended = running.FindIndex(attempt => attempt.Dialing == first);
                if (ended < 0)
                {
                    continue;
                }

                var (attempt, at) = running[ended];
                running.RemoveAt(ended);
                try
                {
                    var socket = await attempt;
                    _order.Answered(at);

                    // They had longer than this one.
                    running.GetRange(0, ended).ForEach(slower => _order.Failed(slower.EndPoint));
                    return socket;
                }
                catch (Exception exception)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    _order.Failed(at);
                    failure = failure is null || SaysMore(exception, failure) ? exception : failure;

                    // The next one need not wait.
                    headStart = Task.CompletedTask;
                }
            }

            throw failure!;
        }
        finally
        {
            End(over);
            running.ForEach(static loser => _ = DisposeAsync(loser.Dialing));
        }
    }

    // Of two that say the same the later one. That there is no way to an address says nothing about the shadow.
    private static bool SaysMore(Exception exception, Exception than) =>
        IsAboutShadow(exception) || !IsAboutShadow(than);

    private static bool IsAboutShadow(Exception exception) =>
        exception
            is SocketException
            {
                SocketErrorCode: not (
                    SocketError.NetworkUnreachable
                    or SocketError.HostUnreachable
                    or SocketError.NetworkDown
                    or SocketError.AddressNotAvailable
                    or SocketError.AddressFamilyNotSupported
                )
            };

    // Without a thread of the pool. What is called back only closes sockets.
    private static void End(CancellationTokenSource over) => over.Cancel();

    // One that has connected meanwhile is nobody's.
    private static async Task DisposeAsync(Task<Socket> loser)
    {
        try
        {
            (await loser).Dispose();
        }
        catch (Exception)
        {
            // It did not connect.
        }
    }
}
