using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR;

namespace ShadowMiddleware.NeighbourTests.Hubs;

public sealed class TalkHub : Hub
{
    public string Echo(string text) => $"echo {text}";

    public Task CallBack(string text) => Clients.Caller.SendAsync("Called", text, Context.ConnectionAborted);

    public async IAsyncEnumerable<int> Count(int to, [EnumeratorCancellation] CancellationToken token)
    {
        for (var i = 0; i < to; i++)
        {
            await Task.Yield();
            token.ThrowIfCancellationRequested();
            yield return i;
        }
    }

    public async Task<int> Sum(IAsyncEnumerable<int> numbers)
    {
        var sum = 0;
        await foreach (var number in numbers)
        {
            sum += number;
        }

        return sum;
    }
}
