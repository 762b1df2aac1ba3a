using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Diagnostics;

public sealed class ShadowCountersTests
{
    [Fact]
    public void Read_OfNothing_IsAllZeroWithoutReasons()
    {
        var ledger = LedgerAssert.Balanced(new ShadowCounters().Read());

        Assert.Equal(0, ledger.Seen + ledger.Mirrored + ledger.Pending + ledger.InFlight);
        Assert.Empty(ledger.Skipped);
        Assert.Empty(ledger.Dropped);
        Assert.Empty(ledger.Completed);
        Assert.Empty(ledger.Failed);
    }

    [Fact]
    public void Skip_CountsSeenAndSkipped()
    {
        var counters = new ShadowCounters();

        counters.Skip(SkipReason.Loop);
        counters.Skip(SkipReason.Loop);

        var ledger = LedgerAssert.Balanced(counters.Read());
        Assert.Equal(2, ledger.Seen);
        LedgerAssert.Only(ledger.Skipped, "loop", 2);
        Assert.Equal(0, ledger.Pending);
    }

    [Fact]
    public void Stages_OfOneCopy_MoveItFromPendingToCompleted()
    {
        var counters = new ShadowCounters();

        counters.Accept();
        Assert.Equal((1, 1, 0, 0), Stage(counters));

        counters.Mirror();
        Assert.Equal((1, 0, 1, 1), Stage(counters));

        counters.Complete(204);
        Assert.Equal((1, 0, 1, 0), Stage(counters));
        LedgerAssert.Only(counters.Read().Completed, "2xx", 1);
    }

    [Fact]
    public void Fail_EndsACopyThatWasInFlight()
    {
        var counters = new ShadowCounters();
        counters.Accept();
        counters.Mirror();

        counters.Fail(FailReason.Reset);

        Assert.Equal((1, 0, 1, 0), Stage(counters));
        LedgerAssert.Only(counters.Read().Failed, "reset", 1);
    }

    [Fact]
    public void Drop_EndsACopyThatWasPending()
    {
        var counters = new ShadowCounters();
        counters.Accept();

        counters.Drop(DropReason.Expired);

        Assert.Equal((1, 0, 0, 0), Stage(counters));
        LedgerAssert.Only(counters.Read().Dropped, "expired", 1);
    }

    [Fact]
    public void SkipAccepted_EndsACopyThatWasPendingAndWasSeenBefore()
    {
        var counters = new ShadowCounters();
        counters.Accept();
        Assert.Equal((1, 1, 0, 0), Stage(counters));

        counters.SkipAccepted(SkipReason.Streaming);

        Assert.Equal((1, 0, 0, 0), Stage(counters));
        LedgerAssert.Only(counters.Read().Skipped, "streaming", 1);
        Assert.Empty(counters.Read().Dropped);
    }

    [Fact]
    public void Skip_AtOnceAndOfAccepted_CountUnderOneReason()
    {
        var counters = new ShadowCounters();
        counters.Skip(SkipReason.Streaming);
        counters.Accept();
        counters.SkipAccepted(SkipReason.Streaming);
        counters.Skip(SkipReason.Loop);

        var ledger = LedgerAssert.Balanced(counters.Read());
        Assert.Equal((3, 0), (ledger.Seen, ledger.Pending));
        Assert.Equal(
            [("loop", 1L), ("streaming", 2L)],
            ledger.Skipped.Select(count => (count.Key, count.Value)).Order()
        );
    }

    [Theory]
    [InlineData(100, "1xx")]
    [InlineData(199, "1xx")]
    [InlineData(200, "2xx")]
    [InlineData(304, "3xx")]
    [InlineData(404, "4xx")]
    [InlineData(500, "5xx")]
    [InlineData(599, "5xx")]
    [InlineData(600, "5xx")]
    [InlineData(999, "5xx")]
    [InlineData(0, "5xx")]
    public void Complete_WithAnyStatus_CountsItsClass(int status, string expected)
    {
        var counters = new ShadowCounters();
        counters.Accept();
        counters.Mirror();

        counters.Complete(status);

        LedgerAssert.Only(counters.Read().Completed, expected, 1);
    }

    [Fact]
    public void Counts_OfEveryReason_AppearUnderItsName()
    {
        var counters = new ShadowCounters();
        foreach (var reason in Enum.GetValues<SkipReason>())
        {
            counters.Skip(reason);
            counters.Accept();
            counters.SkipAccepted(reason);
        }

        foreach (var reason in Enum.GetValues<DropReason>())
        {
            counters.Accept();
            counters.Drop(reason);
        }

        foreach (var reason in Enum.GetValues<FailReason>())
        {
            counters.Accept();
            counters.Mirror();
            counters.Fail(reason);
        }

        var ledger = LedgerAssert.Balanced(counters.Read());
        Assert.Equal(ReasonNames.Skipped.Order(), ledger.Skipped.Keys.Order());
        Assert.Equal(ReasonNames.Dropped.Order(), ledger.Dropped.Keys.Order());
        Assert.Equal(ReasonNames.Failed.Order(), ledger.Failed.Keys.Order());
        Assert.All(ledger.Skipped.Values, n => Assert.Equal(2, n));
        Assert.All(ledger.Dropped.Values.Concat(ledger.Failed.Values), n => Assert.Equal(1, n));
    }

    [Fact]
    public void Read_GivesASnapshotThatLaterCountsDoNotChange()
    {
        var counters = new ShadowCounters();
        counters.Skip(SkipReason.Loop);

        var ledger = counters.Read();
        counters.Skip(SkipReason.Loop);

        Assert.Equal(1, ledger.Seen);
        LedgerAssert.Only(ledger.Skipped, "loop", 1);
    }

    [Fact]
    public async Task Read_AmongWriters_BalancesInEverySnapshot()
    {
        const int snapshots = 20_000;
        var counters = new ShadowCounters();
        var enough = false;
        var writing = Task.WhenAll(
            Enumerable.Range(0, 3).Select(_ => Task.Run(Write, TestContext.Current.CancellationToken))
        );

        try
        {
            await Soon.Holds(() => counters.Read().Seen > 0, "a writer writes");
            long seen = 0;
            long skipped = 0;
            for (var i = 0; i < snapshots; i++)
            {
                var ledger = LedgerAssert.Balanced(counters.Read());
                Assert.True(ledger.Seen >= seen, "Seen went back.");
                seen = ledger.Seen;
                var skippedNow = LedgerAssert.Sum(ledger.Skipped);
                Assert.True(skippedNow >= skipped, "Skipped went back.");
                skipped = skippedNow;
            }
        }
        finally
        {
            Volatile.Write(ref enough, true);
        }

        var written = (await Soon.Ends(writing)).Sum();
        var last = LedgerAssert.Balanced(counters.Read());
        Assert.Equal(written, last.Seen);
        Assert.Equal(0, last.Pending + last.InFlight);

        // Every reason occurs: the more a snapshot has to read, the more happens while it does.
        long Write()
        {
            var skips = Enum.GetValues<SkipReason>();
            var drops = Enum.GetValues<DropReason>();
            var fails = Enum.GetValues<FailReason>();
            long count = 0;
            for (var i = 0; !Volatile.Read(ref enough); i++)
            {
                counters.Skip(SkipReason.NotSampled);
                counters.Accept();
                counters.SkipAccepted(skips[i % skips.Length]);
                counters.Accept();
                counters.Drop(drops[i % drops.Length]);
                counters.Accept();
                counters.Mirror();
                counters.Complete(100 * (1 + (i % 5)));
                counters.Accept();
                counters.Mirror();
                counters.Fail(fails[i % fails.Length]);
                count += 5;
            }

            return count;
        }
    }

    private static (long Seen, long Pending, long Mirrored, long InFlight) Stage(ShadowCounters counters)
    {
        var ledger = LedgerAssert.Balanced(counters.Read());
        return (ledger.Seen, ledger.Pending, ledger.Mirrored, ledger.InFlight);
    }
}
