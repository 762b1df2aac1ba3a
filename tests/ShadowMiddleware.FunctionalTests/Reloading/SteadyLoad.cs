using System.Collections.Concurrent;
using System.Threading.Channels;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Reloading;

/// <summary>Clients that send a known number of requests: as many as they are told, as fast as they can.</summary>
internal sealed class SteadyLoad
{
    private readonly Channel<LoadedRequest> _requests = Channel.CreateUnbounded<LoadedRequest>();
    private readonly ConcurrentQueue<string> _faults = [];
    private readonly PrimaryHost _primary;
    private readonly Task _clients;
    private int _issued;

    public SteadyLoad(PrimaryHost primary, int clients, CancellationToken token)
    {
        _primary = primary;
        _clients = Task.WhenAll(Enumerable.Range(0, clients).Select(_ => SendAsync(token)));
    }

    /// <summary>How many requests there are by now, answered or not.</summary>
    public int Issued => _issued;

    /// <summary>What was wrong with answers.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>Lets the clients send so many more.</summary>
    public void Add(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var number = ++_issued;
            _requests.Writer.TryWrite(new LoadedRequest(number, IsWrite: number % 2 == 0));
        }
    }

    /// <summary>Sends one more, on a connection of its own.</summary>
    /// <param name="isHeld">Whether the app is to hold it.</param>
    /// <param name="token">Ends it.</param>
    /// <returns>Its number at once, and when it is answered.</returns>
    public (int Number, Task Answered) Send(bool isHeld, CancellationToken token)
    {
        var request = new LoadedRequest(++_issued, IsWrite: true, isHeld);
        return (request.Number, SendAloneAsync(request, token));
    }

    /// <summary>Completes when all are answered.</summary>
    public Task EndAsync()
    {
        _requests.Writer.Complete();
        return _clients;
    }

    private async Task SendAsync(CancellationToken token)
    {
        using var connection = await _primary.ConnectAsync(token);
        await foreach (var request in _requests.Reader.ReadAllAsync(token))
        {
            Judge(request, await connection.ExchangeAsync(request.ToBytes(), token));
        }
    }

    private async Task SendAloneAsync(LoadedRequest request, CancellationToken token) =>
        Judge(request, await _primary.ExchangeAsync(request.ToBytes(), token));

    private void Judge(LoadedRequest request, RawMessage answer)
    {
        if (request.FaultIn(answer) is { } fault)
        {
            _faults.Enqueue(fault);
        }
    }
}
