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

        var line = Assert.Single(_logger.Lines);
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Equal(EventIds.LossesBegan, line.EventId);
        Assert.Contains("v2", line.Message, StringComparison.Ordinal);
        Assert.Contains("dropped", line.Message, StringComparison.Ordinal);
        Assert.Contains("queue_full", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fail_TheFirst_IsAWarningWithItsException()
    {
        var exception = new HttpRequestException("refused");

        Fail(FailReason.Connect, exception);

        var line = Assert.Single(_logger.Lines);
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Same(exception, line.Exception);
        Assert.Contains("failed", line.Message, StringComparison.Ordinal);
        Assert.Contains("connect", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Losses_AfterTheFirst_AreForDebugging()
    {
        Drop(DropReason.QueueFull);

        Drop(DropReason.Expired);
        Fail(FailReason.Timeout);

        Assert.Equal([LogLevel.Warning, LogLevel.Debug, LogLevel.Debug], _logger.Lines.Select(line => line.Level));
        Assert.Contains("expired", _logger.Lines[1].Message, StringComparison.Ordinal);
        Assert.Contains("timeout", _logger.Lines[2].Message, StringComparison.Ordinal);
        Assert.All(_logger.Lines[1..], line => Assert.Equal(EventIds.Lost, line.EventId));
    }

    [Theory]
    [InlineData(59_999, LogLevel.Debug)]
    [InlineData(60_001, LogLevel.Warning)]
    public void Drop_AfterAQuietTime_WarnsAgainWhenItWasAMinute(int milliseconds, LogLevel expected)
    {
        Drop(DropReason.QueueFull);

        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        Drop(DropReason.QueueFull);

        Assert.Equal(expected, _logger.Lines[1].Level);
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
        Assert.Equal(9, _logger.Of(EventIds.Lost).Length);
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
