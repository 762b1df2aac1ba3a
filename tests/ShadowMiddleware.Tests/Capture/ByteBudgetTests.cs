using ShadowMiddleware.Capture;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Capture;

public sealed class ByteBudgetTests
{
    [Fact]
    public void TryReserve_UpToTheLimit_SucceedsAndNotAByteMore()
    {
        var budget = new ByteBudget(100);

        Assert.True(budget.TryReserve(60));
        Assert.True(budget.TryReserve(40));
        Assert.False(budget.TryReserve(1));
        Assert.Equal(100, budget.Used);
    }

    [Fact]
    public void TryReserve_ThatIsRefused_TakesNothing()
    {
        var budget = new ByteBudget(100);
        budget.TryReserve(60);

        Assert.False(budget.TryReserve(41));

        Assert.Equal(60, budget.Used);
        Assert.True(budget.TryReserve(40));
    }

    [Fact]
    public void Release_MakesRoomAgain()
    {
        var budget = new ByteBudget(100);
        budget.TryReserve(100);

        budget.Release(30);

        Assert.True(budget.TryReserve(30));
        Assert.False(budget.TryReserve(1));
    }

    [Fact]
    public void Limit_Lowered_RefusesUntilEnoughWasReleased()
    {
        var budget = new ByteBudget(100);
        budget.TryReserve(80);

        budget.Limit = 50;

        Assert.Equal(80, budget.Used);
        Assert.False(budget.TryReserve(1));
        budget.Release(40);
        Assert.True(budget.TryReserve(10));
        Assert.False(budget.TryReserve(1));
    }

    [Fact]
    public void Limit_Raised_AdmitsMore()
    {
        var budget = new ByteBudget(10);
        budget.TryReserve(10);

        budget.Limit = 20;

        Assert.True(budget.TryReserve(10));
    }

    [Fact]
    public async Task TryReserve_ByManyThreads_NeverGrantsMoreThanTheLimit()
    {
        const int limit = 10;
        var budget = new ByteBudget(limit);
        var granted = 0;
        var highest = 0;
        var grants = 0;

        await Soon.Ends(
            Task.WhenAll(
                Enumerable
                    .Range(0, 4)
                    .Select(_ =>
                        Task.Run(
                            () =>
                            {
                                for (var i = 0; i < 50_000; i++)
                                {
                                    if (!budget.TryReserve(3))
                                    {
                                        continue;
                                    }

                                    var now = Interlocked.Add(ref granted, 3);
                                    InterlockedMax(ref highest, now);
                                    Interlocked.Increment(ref grants);
                                    Interlocked.Add(ref granted, -3);
                                    budget.Release(3);
                                }
                            },
                            TestContext.Current.CancellationToken
                        )
                    )
            )
        );

        Assert.InRange(highest, 1, limit);
        Assert.NotEqual(0, grants);
        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public async Task TryReserve_WhileOthersAreRefused_FindsTheRoomThatIsThere()
    {
        var budget = new ByteBudget(100);
        budget.TryReserve(60);
        using var over = new CancellationTokenSource();

        // Refused every time: they may neither show as used nor stand in the way of what fits.
        var refused = Enumerable
            .Range(0, 2)
            .Select(_ =>
                Task.Run(() =>
                {
                    while (!over.IsCancellationRequested)
                    {
                        Assert.False(budget.TryReserve(41));
                    }
                })
            )
            .ToArray();

        for (var i = 0; i < 200_000; i++)
        {
            Assert.True(budget.TryReserve(40), $"refused at {i}");
            Assert.Equal(100, budget.Used);
            budget.Release(40);
        }

        await over.CancelAsync();
        await Soon.Ends(Task.WhenAll(refused));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        var seen = Volatile.Read(ref target);
        while (seen < value)
        {
            var before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
