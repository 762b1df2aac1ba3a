using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using ShadowMiddleware.Background;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Background;

public sealed class NameResolverTests : IDisposable
{
    private const string Host = "shadow.test";

    private readonly TestLookup _lookup = new();
    private readonly TestTimeProvider _time = new();
    private readonly NameResolver _names;

    public NameResolverTests() => _names = new NameResolver(_lookup, _time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::1")]
    public async Task Find_AnAddress_IsItsOwnWithoutALookup(string address)
    {
        Assert.Equal([IPAddress.Parse(address)], await FindAsync(address));
        Assert.Empty(_lookup.Asked);
    }

    [Fact]
    public async Task Find_ByManyAtOnce_IsOneLookupOnAThreadThatServesNobodyElse()
    {
        var waiting = Enumerable.Range(0, 1000).Select(_ => FindAsync(Host)).ToArray();
        await AskedAsync(1);
        Assert.DoesNotContain(waiting, static task => task.IsCompleted);

        _lookup.Answer(Host, "192.0.2.1", "2001:db8::1");
        var found = await Soon.Ends(Task.WhenAll(waiting));

        IPAddress[] expected = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")];
        Assert.All(found, addresses => Assert.Equal(expected, addresses));
        Assert.Single(_lookup.Asked);
        var thread = Assert.Single(_lookup.Threads);
        Assert.False(_lookup.UsedThreadOfOthers);
        await Soon.Holds(() => !thread.IsAlive, "the thread ends when nothing is left to ask for");
    }

    [Fact]
    public async Task Find_GivenUp_LeavesNothingBehindButTheLookup()
    {
        var sources = await GiveUpAsync(100);
        await Soon.Holds(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return !sources.Any(static source => source.IsAlive);
            },
            "nothing holds on to who gave up"
        );
        Assert.Equal(1, _lookup.Running);

        var later = FindAsync(Host);
        _lookup.Answer(Host, "192.0.2.1");

        Assert.Equal([IPAddress.Parse("192.0.2.1")], await Soon.Ends(later));
        Assert.Single(_lookup.Asked);
    }

    [Fact]
    public async Task Find_ManyHosts_AsksForAFewAtOnceAndForAllInTheEnd()
    {
        var hosts = Enumerable.Range(0, 3 * NameResolver.MaxThreads).Select(i => $"host-{i}.test").ToArray();
        var waiting = hosts.Select(FindAsync).ToArray();
        await AskedAsync(NameResolver.MaxThreads);

        foreach (var host in hosts)
        {
            Assert.InRange(_lookup.Running, 0, NameResolver.MaxThreads);
            _lookup.Answer(host, "192.0.2.1");
        }

        await Soon.Ends(Task.WhenAll(waiting));
        Assert.Equal(hosts.Length, _lookup.Asked.Count);
        Assert.InRange(_lookup.Threads.Distinct().Count(), 1, NameResolver.MaxThreads);
    }

    [Fact]
    public async Task Find_Again_AsksWhenTheAddressesHaveHadTheirTime()
    {
        await FindAsync(Host, "192.0.2.1");
        _time.Advance(NameResolver.Lifetime - TimeSpan.FromTicks(1));
        Assert.Equal([IPAddress.Parse("192.0.2.1")], await FindAsync(Host.ToUpperInvariant()));
        Assert.Single(_lookup.Asked);

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal([IPAddress.Parse("192.0.2.2")], await FindAsync(Host, "192.0.2.2"));
    }

    [Fact]
    public async Task Find_LookupIsSlow_UsesTheLastGoodAddresses()
    {
        await FindAsync(Host, "192.0.2.1");
        _time.Advance(NameResolver.Lifetime);

        var first = FindAsync(Host);
        await AskedAsync(2);
        Assert.False(first.IsCompleted);
        await Soon.Holds(() => _time.ActiveTimers == 1, "it waits for the lookup, for a while");
        _time.Advance(NameResolver.Patience);
        Assert.Equal([IPAddress.Parse("192.0.2.1")], await Soon.Ends(first));

        // The lookup is still under way: nobody waits for it any more.
        Assert.True(FindAsync(Host).IsCompletedSuccessfully);

        _lookup.Answer(Host, "192.0.2.2");
        var thread = _lookup.Threads.Last();
        await Soon.Holds(() => !thread.IsAlive, "the lookup ends");
        Assert.Equal([IPAddress.Parse("192.0.2.2")], await FindAsync(Host));
        Assert.Equal(2, _lookup.Asked.Count);
    }

    [Fact]
    public async Task Find_LookupFails_UsesTheLastGoodAddressesUntilTheyAreTooOld()
    {
        await FindAsync(Host, "192.0.2.1");
        _time.Advance(NameResolver.Lifetime);
        Assert.Equal([IPAddress.Parse("192.0.2.1")], await FindAsync(Host, []));

        _time.Advance(NameResolver.MaxAge - NameResolver.Lifetime);
        await Assert.ThrowsAsync<SocketException>(() => FindAsync(Host, []));
    }

    [Fact]
    public async Task Find_LookupFailed_IsNotRepeatedAtOnce()
    {
        var failed = await Assert.ThrowsAsync<SocketException>(() => FindAsync(Host, []));
        Assert.Equal(SocketError.HostNotFound, failed.SocketErrorCode);

        _time.Advance(NameResolver.RetryDelay - TimeSpan.FromTicks(1));
        var again = await Assert.ThrowsAsync<SocketException>(() => FindAsync(Host));
        Assert.Equal(SocketError.HostNotFound, again.SocketErrorCode);
        Assert.Single(_lookup.Asked);

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal([IPAddress.Parse("192.0.2.1")], await FindAsync(Host, "192.0.2.1"));
    }

    [Fact]
    public async Task Find_MoreHostsThanAreKept_ForgetsTheOneThatWasUsedLongestAgo()
    {
        for (var i = 0; i < NameResolver.MaxHosts; i++)
        {
            await FindAsync($"host-{i}.test", "192.0.2.1");
            _time.Advance(TimeSpan.FromTicks(1));
        }

        Assert.True(FindAsync("host-0.test").IsCompletedSuccessfully);
        _time.Advance(TimeSpan.FromTicks(1));
        await FindAsync("another.test", "192.0.2.1");

        Assert.True(FindAsync("host-0.test").IsCompletedSuccessfully);
        Assert.False(FindAsync("host-1.test").IsCompleted);
    }

    [Fact]
    public async Task Find_AsManyHostsAreAskedForAsAreKept_RefusesFurtherOnes()
    {
        var waiting = Enumerable.Range(0, NameResolver.MaxHosts).Select(i => FindAsync($"host-{i}.test")).ToArray();

        var refused = await Assert.ThrowsAsync<SocketException>(async () => await FindAsync("another.test"));
        Assert.Equal(SocketError.TryAgain, refused.SocketErrorCode);
        Assert.False(FindAsync("host-0.test").IsCompleted);

        _lookup.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => Soon.Ends(Task.WhenAll(waiting)));
    }

    public void Dispose() => _lookup.Dispose();

    private Task<IPAddress[]> FindAsync(string host) => _names.FindAsync(host, Token).AsTask();

    private Task<IPAddress[]> FindAsync(string host, params string[] answer)
    {
        _lookup.Answer(host, answer);
        return Soon.Ends(FindAsync(host));
    }

    private Task AskedAsync(int count) => Soon.Holds(() => _lookup.Asked.Count == count, $"{count} lookups");

    // Elsewhere, so that nothing in the test's own method holds a source.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<WeakReference[]> GiveUpAsync(int count)
    {
        var sources = new WeakReference[count];
        for (var i = 0; i < count; i++)
        {
            using var source = new CancellationTokenSource();
            sources[i] = new WeakReference(source);
            var waiting = _names.FindAsync(Host, source.Token).AsTask();
            await source.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon.Ends(waiting));
        }

        return sources;
    }
}
