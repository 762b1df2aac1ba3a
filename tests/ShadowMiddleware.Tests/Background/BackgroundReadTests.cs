using Microsoft.Extensions.Logging.Abstractions;
using ShadowMiddleware.Background;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Background;

public sealed class BackgroundReadTests : IDisposable
{
    private readonly BackgroundWorkers _workers = new(
        NullLogger<BackgroundWorkers>.Instance,
        TimeProvider.System,
        count: 1
    );

    private readonly BackgroundRead _read;

    public BackgroundReadTests() => _read = new BackgroundRead(_workers);

    public void Dispose() => _workers.Dispose();

    // One that has ended is queued: whether it is awaited before the worker has told its end, chance decides.
    [Fact]
    public async Task Continue_GoesOnOnAWorker()
    {
        for (var round = 1; round <= 3; round++)
        {
            var source = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            var reading = ReadAsync(source.Task);
            source.SetResult(round);

            Assert.Equal((round, true), await Soon.Ends(reading));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Continue_OfOneThatFails_FailsOnAWorker(bool hasEnded)
    {
        var source = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (hasEnded)
        {
            source.SetException(new IOException("reset"));
        }

        var reading = ReadAsync(source.Task);
        source.TrySetException(new IOException("reset"));

        Assert.Equal("reset", (await Assert.ThrowsAsync<IOException>(() => Soon.Ends(reading))).Message);
    }

    [Fact]
    public async Task Continue_OfThoseThatNeverWait_LetsOtherWorkHaveItsTurn()
    {
        var order = new List<string>();
        await _workers.SwitchAsync();
        _workers.Queue(() => order.Add("turn of others"));

        for (var read = 0; read < 2 * BackgroundWorkers.StepsPerSlice; read++)
        {
            await _read.Continue(ValueTask.FromResult(read));
        }

        order.Add("after");
        await Task.Yield();
        Assert.Equal(["turn of others", "after"], order);
    }

    [Fact]
    public void Continue_OfAnEnd_IsToldAtOnce() =>
        Assert.True(_read.Continue(ValueTask.FromResult(0)).AsTask().IsCompletedSuccessfully);

    private async Task<(int, bool)> ReadAsync(Task<int> read) =>
        (await _read.Continue(new ValueTask<int>(read)).ConfigureAwait(false), _workers.IsCurrent);
}
