using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ShadowMiddleware.Connecting;

namespace ShadowMiddleware.Tests.Connecting;

/// <summary>Connects, or fails to, when a test says so.</summary>
internal sealed class TestDialer : IDialer, IDisposable
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Socket>> _dialing = [];
    private readonly ConcurrentBag<Socket> _sockets = [];

    /// <summary>The addresses that were dialled, in order.</summary>
    public ConcurrentQueue<string> Dialled { get; } = [];

    /// <summary>Those that were given up.</summary>
    public ConcurrentQueue<string> GivenUp { get; } = [];

    /// <summary>Whether a dialling heeds its token.</summary>
    public bool HeedsToken { get; init; } = true;

    /// <summary>Connects what is being dialled, or will be.</summary>
    public Socket Connect(string address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        Dialling(address).TrySetResult(socket);
        return socket;
    }

    public void Fail(string address, SocketError error = SocketError.ConnectionRefused) =>
        Dialling(address).TrySetException(new SocketException((int)error));

    /// <summary>Lets an address be dialled once more.</summary>
    public void Forget(string address) => _dialing.TryRemove(address, out _);

    public async Task<Socket> DialAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var address = endPoint.Address.ToString();
        Dialled.Enqueue(address);
        var dialling = Dialling(address);
        await using var registration = cancellationToken.Register(() =>
        {
            GivenUp.Enqueue(address);
            if (HeedsToken)
            {
                dialling.TrySetCanceled(cancellationToken);
            }
        });
        return await dialling.Task;
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }
    }

    private TaskCompletionSource<Socket> Dialling(string address) =>
        _dialing.GetOrAdd(
            address,
            static _ => new TaskCompletionSource<Socket>(TaskCreationOptions.RunContinuationsAsynchronously)
        );
}
