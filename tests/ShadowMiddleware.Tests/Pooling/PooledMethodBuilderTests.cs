using System.Runtime.CompilerServices;
using ShadowMiddleware.Pooling;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Pooling;

public sealed class PooledMethodBuilderTests
{
    private static readonly AsyncLocal<string?> Local = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Method_HandsItsResultOn(bool waits)
    {
        var gate = new Gate(waits);
        var method = AddAsync(gate, 3, 4);
        Assert.Equal(!waits, method.IsCompleted);

        gate.Open();

        Assert.Equal(7, await method);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Method_HandsItsExceptionOn(bool waits)
    {
        var gate = new Gate(waits);
        var method = FailAsync(gate);
        var other = FailWithoutResultAsync(gate);

        gate.Open();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await method);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await other);
    }

    [Fact]
    public async Task Method_GoesOnInItsOwnContext()
    {
        var gate = new Gate(waits: true);
        var first = RememberAsync(gate, "first");
        var second = RememberAsync(gate, "second");
        Assert.Null(Local.Value);

        // In a context of its own, which neither may see.
        await Task.Run(
            () =>
            {
                Local.Value = "opener";
                gate.Open();
            },
            TestContext.Current.CancellationToken
        );

        Assert.Equal("first", await first);
        Assert.Equal("second", await second);
        Assert.Null(Local.Value);
    }

    [Fact]
    public async Task Method_WaitsAgainAndAgain()
    {
        var gates = Enumerable.Range(0, 5).Select(_ => new Gate(waits: true)).ToArray();
        var method = CountAsync(gates);
        foreach (var gate in gates)
        {
            Assert.False(method.IsCompleted);
            gate.Open();
        }

        Assert.Equal(gates.Length, await method);
    }

    [Fact]
    public async Task Method_UsesItsStateAgain()
    {
        // Many at once, so that there are more of them than threads and processors: each of them ends before the second round begins.
        var kept = new List<object>();
        for (var round = 0; round < 2; round++)
        {
            var gate = new Gate(waits: true);
            var methods = Enumerable.Range(0, 100).Select(i => Inspect(gate, i)).ToArray();
            kept.AddRange(methods.Select(method => method.Source));
            gate.Open();
            for (var i = 0; i < methods.Length; i++)
            {
                Assert.Equal(2 * i, await methods[i].Method);
            }
        }

        Assert.Equal(100, kept.Distinct(ReferenceEqualityComparer.Instance).Count());
    }

    [Fact]
    public async Task Methods_OnManyThreads_DoNotMixTheirResults()
    {
        var workers = Enumerable
            .Range(0, 8)
            .Select(worker =>
                Task.Run(
                    async () =>
                    {
                        for (var i = 0; i < 5_000; i++)
                        {
                            Assert.Equal(worker + i, await YieldAsync(worker, i));
                        }
                    },
                    TestContext.Current.CancellationToken
                )
            );

        await Task.WhenAll(workers);
    }

    [Fact]
    public async Task Unawaited_RunsToItsEnd()
    {
        var gate = new Gate(waits: true);
        var ended = new TaskCompletionSource();

        _ = RunAsync(gate, ended, fails: false);
        Assert.False(ended.Task.IsCompleted);
        gate.Open();

        await Soon.Ends(ended.Task);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unawaited_ThatFails_HarmsNobody(bool waits)
    {
        var gate = new Gate(waits);
        var ended = new TaskCompletionSource();

        _ = RunAsync(gate, ended, fails: true);
        gate.Open();

        await Soon.Ends(ended.Task);
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private static async ValueTask<int> AddAsync(Gate gate, int left, int right)
    {
        await gate.Task;
        return left + right;
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private static async ValueTask<int> FailAsync(Gate gate)
    {
        await gate.Task;
        throw new InvalidOperationException("as told");
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder))]
    private static async ValueTask FailWithoutResultAsync(Gate gate)
    {
        await gate.Task;
        throw new InvalidOperationException("as told");
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private static async ValueTask<string?> RememberAsync(Gate gate, string value)
    {
        Local.Value = value;
        await gate.Task;
        return Local.Value;
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private static async ValueTask<int> CountAsync(Gate[] gates)
    {
        var count = 0;
        foreach (var gate in gates)
        {
            await gate.Task;
            count++;
        }

        return count;
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private static async ValueTask<int> DoubleAsync(Gate gate, int value)
    {
        await gate.Task;
        return 2 * value;
    }

    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    private static async ValueTask<int> YieldAsync(int left, int right)
    {
        await Task.Yield();
        return left + right;
    }

    private static async Unawaited RunAsync(Gate gate, TaskCompletionSource ended, bool fails)
    {
        try
        {
            await gate.Task;
            if (fails)
            {
                throw new InvalidOperationException("as told");
            }
        }
        finally
        {
            ended.SetResult();
        }
    }

    private static (ValueTask<int> Method, object Source) Inspect(Gate gate, int value)
    {
        var method = DoubleAsync(gate, value);
        return (method, Source(ref method));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_obj")]
    private static extern ref object Source(ref ValueTask<int> method);

    /// <summary>What a method waits for, or does not.</summary>
    private sealed class Gate
    {
        private readonly TaskCompletionSource _open = new();

        public Gate(bool waits)
        {
            if (!waits)
            {
                _open.SetResult();
            }
        }

        public Task Task => _open.Task;

        public void Open() => _open.TrySetResult();
    }
}
