using System.Net;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Connecting;

public sealed class HandshakesTests
{
    private static readonly DnsEndPoint _target = new("shadow.test", 443);

    private readonly Handshakes _handshakes = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Begin_NothingIsKnown_LetsAFewBegin()
    {
        var running = await FillAsync();
        var waiting = BeginAsync();
        Assert.False(waiting.IsCompleted);

        running[2].Dispose();
        running[2].Dispose();

        await Soon.Ends(waiting);
        Assert.False(BeginAsync().IsCompleted);
    }

    [Fact]
    public async Task Begin_OneHasSucceeded_LetsAllBegin()
    {
        var running = await FillAsync();
        var waiting = Enumerable.Range(0, 20).Select(_ => BeginAsync()).ToArray();

        running[0].Succeed();

        await Soon.Ends(Task.WhenAll(waiting));
        Assert.True(BeginAsync().IsCompleted);
    }

    [Fact]
    public async Task Begin_OneHasFailedSince_LetsAFewBegin()
    {
        var running = await FillAsync();
        running[0].Succeed();
        running[1].Dispose();
        Assert.True(BeginAsync().IsCompletedSuccessfully);
        Assert.True(BeginAsync().IsCompletedSuccessfully);

        Assert.False(BeginAsync().IsCompleted);
    }

    [Fact]
    public async Task Begin_ConnectionsCloseLater_IsAsGoodAsBefore()
    {
        var running = await FillAsync();
        Array.ForEach(running, handshake => handshake.Succeed());
        Array.ForEach(running[1..], handshake => handshake.Dispose());
        var many = Enumerable.Range(0, 20).Select(_ => BeginAsync()).ToArray();

        Assert.All(many, static handshake => Assert.True(handshake.IsCompletedSuccessfully));
    }

    [Fact]
    public async Task Begin_EverythingIsClosed_StartsAnew()
    {
        var running = await FillAsync();
        running[0].Succeed();
        Array.ForEach(running, handshake => handshake.Dispose());

        await FillAsync();

        Assert.False(BeginAsync().IsCompleted);
    }

    [Fact]
    public async Task Begin_GivenUp_TakesNobodysTurn()
    {
        var running = await FillAsync();
        using var cancelled = new CancellationTokenSource();
        var givenUp = _handshakes.BeginAsync(_target, cancelled.Token).AsTask();
        var waiting = BeginAsync();

        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon.Ends(givenUp));
        running[0].Dispose();

        await Soon.Ends(waiting);
    }

    [Fact]
    public async Task Begin_AnotherTarget_IsCountedApart()
    {
        await FillAsync();

        var other = _handshakes.BeginAsync(new DnsEndPoint("shadow.test", 444), Token).AsTask();
        Assert.True(other.IsCompletedSuccessfully);
    }

    private Task<Handshake> BeginAsync() => _handshakes.BeginAsync(_target, Token).AsTask();

    private async Task<Handshake[]> FillAsync()
    {
        var running = new Handshake[Handshakes.MaxUnproven];
        for (var i = 0; i < running.Length; i++)
        {
            running[i] = await Soon.Ends(BeginAsync());
        }

        return running;
    }
}
