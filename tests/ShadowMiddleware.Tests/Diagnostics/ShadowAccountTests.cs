using Microsoft.Extensions.Logging;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Diagnostics;

public sealed class ShadowAccountTests
{
    private readonly TestTimeProvider _time = new();
    private readonly RecordingLogger _logger = new();
    private readonly ShadowAccount _account;

    public ShadowAccountTests() => _account = new ShadowAccount("v2", _logger, _time);

    [Fact]
    public void Drop_TheFirst_IsAWarningThatNamesShadowAndReason()
    {
        Drop(DropReason.QueueFull);

        var line = Assert.Single(_logger.Of(EventIds.LossesBegan));
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Contains("v2", line.Message, StringComparison.Ordinal);
        Assert.Contains("dropped", line.Message, StringComparison.Ordinal);
        Assert.Contains("queue_full", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SkipAccepted_IsNoLossAndNotLogged()
    {
        _account.Accept();

        _account.SkipAccepted(SkipReason.Streaming);

        LedgerAssert.Only(LedgerAssert.Settled(_account).Skipped, "streaming", 1);
        Assert.Empty(_logger.Lines);
    }

    [Fact]
    public void Fail_TheFirst_IsAWarningInOneLineAndItsExceptionForDebugging()
    {
        var exception = new HttpRequestException("refused");

        Fail(FailReason.Connect, exception);

        var line = Assert.Single(_logger.Of(EventIds.LossesBegan));
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Null(line.Exception);
        Assert.Same(exception, Assert.Single(_logger.Of(EventIds.Lost)).Exception);
        Assert.Contains("failed", line.Message, StringComparison.Ordinal);
        Assert.Contains("connect", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Losses_AfterTheFirst_AreForDebugging()
    {
        Drop(DropReason.QueueFull);

        Drop(DropReason.Expired);
        Fail(FailReason.Timeout);

        var losses = _logger.Of(EventIds.Lost);
        Assert.Single(_logger.Of(EventIds.LossesBegan));
        Assert.All(losses, line => Assert.Equal(LogLevel.Debug, line.Level));
        Assert.Equal(3, losses.Length);
        Assert.Contains("queue_full", losses[0].Message, StringComparison.Ordinal);
        Assert.Contains("expired", losses[1].Message, StringComparison.Ordinal);
        Assert.Contains("timeout", losses[2].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(59_999, 1)]
    [InlineData(60_001, 2)]
    public void Drop_AfterAQuietTime_WarnsAgainWhenItWasAMinute(int milliseconds, int warnings)
    {
        Drop(DropReason.QueueFull);

        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        Drop(DropReason.QueueFull);

        Assert.Equal(warnings, _logger.Of(EventIds.LossesBegan).Length);
    }

    [Fact]
    public void Drop_OnceAMinuteWithOthersInBetween_DoesNotWarnAgain()
    {
        for (var i = 0; i < 10; i++)
        {
            Drop(DropReason.QueueFull);
            _time.Advance(TimeSpan.FromSeconds(50));
        }

        Assert.Single(_logger.Of(EventIds.LossesBegan));
        Assert.Equal(10, _logger.Of(EventIds.Lost).Length);
    }

    [Fact]
    public void Skips_AndSuccesses_AreNotLogged()
    {
        _account.Skip(SkipReason.Loop);
        _account.Accept();
        _account.Mirror();
        _account.Complete(500);

        Assert.Empty(_logger.Lines);
        var ledger = LedgerAssert.Settled(_account);
        Assert.Equal(2, ledger.Seen);
        LedgerAssert.Only(ledger.Completed, "5xx", 1);
    }

    private void Drop(DropReason reason)
    {
        _account.Accept();
        _account.Drop(reason);
    }

    private void Fail(FailReason reason, Exception? exception = null)
    {
        _account.Accept();
        _account.Mirror();
        _account.Fail(reason, exception);
    }
}
