using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using ShadowMiddleware.Background;

namespace ShadowMiddleware.Connecting;

/// <summary>
/// The platform's own stream of a connection, which gives its place back when the socket is closed. Who waits for a read or a write
/// continues on the background workers: so the platform's client, which decrypts and parses what a shadow sends as fast as it comes, takes
/// none of the threads that serve requests.
/// </summary>
/// <remarks>
/// What is handed to the constructor is in place before that of the base begins, whose finalizer runs even when the constructor has
/// thrown.
/// </remarks>
internal sealed class CountedConnection(
    Socket socket,
    ConnectionPlace place,
    BackgroundWorkers background,
    ConnectionTraffic traffic,
    Handshake? handshake,
    TimeProvider? timeProvider = null
) : NetworkStream(socket, ownsSocket: true)
{
    /// <summary>How long a read waits when the allowance is used up.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    /// <summary>How much a read takes when the allowance is used up: with <see cref="Pause"/> half a megabyte each second.</summary>
    internal const int SlowRead = 1024;

    /// <summary>
    /// For how long a peer may take nothing while it sends what nobody asked for. The client answers such frames of HTTP/2 as PING without
    /// waiting until the answers before were written, so that they heap up.
    /// </summary>
    internal static readonly TimeSpan Stuck = TimeSpan.FromSeconds(5);

    private readonly BackgroundRead _read = new(background, traffic.Read);

    /// <summary>Whether the peer has not taken over what was written last.</summary>
    internal bool IsWriteWaiting => traffic.IsStuckFor(TimeSpan.Zero);

    /// <summary>Notes that the connection under a stream, which HTTP is about to be spoken over, has been made.</summary>
    public static void NoteMade(Stream stream)
    {
        var connection = stream is SslStream secured ? GetInnerStream(secured) : stream;
        (connection as CountedConnection)?.NoteMade();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        traffic.IsUsedUp
            ? ReadSlowlyAsync(buffer, cancellationToken)
            : _read.Continue(base.ReadAsync(buffer, cancellationToken));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        traffic.Write();
        var write = base.WriteAsync(buffer, cancellationToken);
        return write.IsCompleted ? write : ContinueAsync(write);
    }

    protected override void Dispose(bool disposing)
    {
        try
        {
            base.Dispose(disposing);
        }
        finally
        {
            handshake?.Dispose();
            place.Dispose();
        }
    }

    // Protected and documented, so it stays.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_InnerStream")]
    private static extern Stream GetInnerStream(AuthenticatedStream stream);

    private void NoteMade() => handshake?.Succeed();

    // Rarely: most writes end when the system has taken the bytes over.
    private async ValueTask ContinueAsync(ValueTask write)
    {
        traffic.WriteWaits(waits: true);
        try
        {
            await write;
        }
        finally
        {
            traffic.WriteWaits(waits: false);
            await background.SwitchAsync();
        }
    }

    private async ValueTask<int> ReadSlowlyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await Task.Delay(Pause, timeProvider ?? TimeProvider.System, cancellationToken);
        if (traffic.IsStuckFor(Stuck))
        {
            throw new IOException("The shadow sends what no copy asked for, and does not read.");
        }

        return await _read.Continue(base.ReadAsync(buffer[..Math.Min(buffer.Length, SlowRead)], cancellationToken));
    }
}
