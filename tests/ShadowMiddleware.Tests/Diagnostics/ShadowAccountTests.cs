using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Diagnostics;

public sealed class ShadowAccountTests
{
    private static readonly RequestLine _request = new("POST", "/orders/42?token=s3cret");

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

    [Fact]
    public void Losses_AreDescribedAlikeAtBothLevels()
    {
        Fail(
            FailReason.Connect,
            new HttpRequestException(
                "Connection refused (127.0.0.1:21050)",
                new SocketException((int)SocketError.ConnectionRefused)
            )
        );

        foreach (var line in new[] { _logger.Of(EventIds.LossesBegan)[0], _logger.Of(EventIds.Lost)[0] })
        {
            Assert.Contains(
                "POST /orders/42?***, failed: connect (Connection refused (127.0.0.1:21050))",
                line.Message,
                StringComparison.Ordinal
            );
            Assert.DoesNotContain("s3cret", line.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Drop_OfARequestThatNobodyKnows_IsLoggedToo()
    {
        _account.Accept();
        _account.Drop(DropReason.BodyIncomplete);

        Assert.Contains("a request", Assert.Single(_logger.Of(EventIds.LossesBegan)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(307, "UseHttpsRedirection")]
    [InlineData(400, "AllowedHosts")]
    [InlineData(401, "RemoveHeaders")]
    [InlineData(403, "UseBearerToken")]
    [InlineData(404, "Address")]
    [InlineData(415, "Content-Type")]
    [InlineData(411, "Content-Length")]
    [InlineData(502, "proxy")]
    [InlineData(500, "log")]
    public void Complete_OfFiftyThatTheAppAnswersOtherwise_IsAWarningWithTheUsualCause(int status, string cause)
    {
        Complete(status, primary: 200, times: 49);
        Assert.Empty(_logger.Lines);

        Complete(status, primary: 200);

        var line = Assert.Single(_logger.Of(EventIds.StatusesDiffer));
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Contains("v2", line.Message, StringComparison.Ordinal);
        Assert.Contains($" {status} ", line.Message, StringComparison.Ordinal);
        Assert.Contains(cause, line.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(48, 2, true)]
    [InlineData(47, 3, false)]
    [InlineData(0, 50, false)]
    public void Complete_OfFewerThatTheAppAnswersOtherwise_IsNoNews(int differing, int alike, bool warns)
    {
        Complete(404, primary: 200, differing);
        Complete(404, primary: 404, alike);

        Assert.Equal(warns, _logger.Of(EventIds.StatusesDiffer).Length == 1);
    }

    [Fact]
    public void Complete_OfManyClasses_IsOneWarningThatNamesTheCommonest()
    {
        // A browser is sent to a page to sign in, and an API says no.
        for (var i = 0; i < 1_000; i++)
        {
            Complete(i % 5 < 3 ? 302 : 401, primary: 200);
        }

        var line = Assert.Single(_logger.Of(EventIds.StatusesDiffer));
        Assert.Contains(" 302 ", line.Message, StringComparison.Ordinal);
        Assert.Contains("a page to sign in", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Complete_OfClassesThatTakeTurns_WarnsOnceOfEach()
    {
        for (var i = 0; i < 1_000; i++)
        {
            Complete(i / 50 % 2 == 0 ? 404 : 500, primary: 200);
        }

        Assert.Equal(2, _logger.Of(EventIds.StatusesDiffer).Length);
    }

    [Theory]
    [InlineData(200, 304)]
    [InlineData(304, 200)]
    [InlineData(206, 200)]
    [InlineData(200, 206)]
    [InlineData(304, 206)]
    public void Complete_OfConditionsAndRangesThatOneSideDoesNotMeet_IsNoNews(int status, int primary)
    {
        Complete(status, primary, times: 100);

        Assert.Empty(_logger.Lines);
    }

    [Fact]
    public void Complete_OfTheSameClassForLong_WarnsOnceUntilItChanges()
    {
        Complete(404, primary: 200, times: 1_000);
        Assert.Single(_logger.Of(EventIds.StatusesDiffer));

        Complete(500, primary: 200, times: 100);
        Assert.Equal(2, _logger.Of(EventIds.StatusesDiffer).Length);

        Complete(200, primary: 200, times: 100);
        Complete(500, primary: 200, times: 100);
        Assert.Equal(3, _logger.Of(EventIds.StatusesDiffer).Length);
    }

    [Fact]
    public void Complete_WithoutThePrimarysStatus_IsNotCompared()
    {
        Complete(404, primary: 0, times: 100);

        Assert.Empty(_logger.Lines);
    }

    [Fact]
    public void Complete_AllocatesNothing()
    {
        Complete(404, primary: 200, times: 100);

        Assert.Equal(0, Allocations.Of(() => _account.Complete(404, 200)));
    }

    private void Complete(int status, int primary, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            _account.Accept();
            _account.Mirror();
            _account.Complete(status, primary);
        }
    }

    private void Drop(DropReason reason)
    {
        _account.Accept();
        _account.Drop(reason, _request);
    }

    private void Fail(FailReason reason, Exception? exception = null)
    {
        _account.Accept();
        _account.Mirror();
        _account.Fail(reason, _request, exception);
    }
}
