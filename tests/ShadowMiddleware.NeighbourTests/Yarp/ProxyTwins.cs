using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.Yarp;

/// <summary>A proxy in front of the app with the mirror, and one in front of the app without.</summary>
internal sealed class ProxyTwins : IAsyncDisposable
{
    private readonly Wire _wire;

    private ProxyTwins(Wire wire, RunningApp toPlain, RunningApp toMirrored)
    {
        _wire = wire;
        ToPlain = toPlain;
        ToMirrored = toMirrored;
    }

    public RunningApp ToPlain { get; }

    public RunningApp ToMirrored { get; }

    public static async Task<ProxyTwins> StartAsync(Wire wire, AppTwins twins, CancellationToken token) =>
        new(
            wire,
            await Proxy.StartAsync(wire, Proxy.Address(twins.Plain, wire), token),
            await Proxy.StartAsync(wire, Proxy.Address(twins.Mirrored, wire), token)
        );

    /// <summary>Sends the same request to both, and holds that the client gets the same from both.</summary>
    public async Task<WireAnswer> AskBothAsync(WireRequest request, CancellationToken token)
    {
        var expected = await ToPlain.AskAsync(_wire, request, token);
        var actual = await ToMirrored.AskAsync(_wire, request, token);
        Assert.Equal(Chunks.Join(expected.Text), Chunks.Join(actual.Text));
        return actual;
    }

    /// <summary>Has the same conversation with both, and holds that both transcripts are the same.</summary>
    public async Task<string> TalkToBothAsync(Func<RunningApp, Task<string>> conversation)
    {
        var expected = await conversation(ToPlain);
        var actual = await conversation(ToMirrored);
        Assert.Equal(expected, actual);
        return actual;
    }

    public async ValueTask DisposeAsync()
    {
        await ToPlain.DisposeAsync();
        await ToMirrored.DisposeAsync();
    }
}
