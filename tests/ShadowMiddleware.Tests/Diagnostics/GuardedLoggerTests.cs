using Microsoft.Extensions.Logging;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Diagnostics;

public sealed class GuardedLoggerTests
{
    [Fact]
    public void Log_ToALoggerThatThrows_DoesNot()
    {
        var inner = new ThrowingLogger();
        var logger = new GuardedLogger(inner);

        logger.Log(LogLevel.Warning, default, "state", exception: null, (state, _) => state);

        Assert.Equal(1, inner.Calls);
    }

    [Fact]
    public void IsEnabled_OfALoggerThatThrows_IsFalse()
    {
        var inner = new ThrowingLogger { ThrowsWhenAsked = true };

        Assert.False(new GuardedLogger(inner).IsEnabled(LogLevel.Critical));
        Assert.Equal(1, inner.Calls);
    }

    [Fact]
    public void BeginScope_OfALoggerThatThrows_DoesNot() =>
        Assert.Null(new GuardedLogger(new ThrowingLogger()).BeginScope("scope"));

    [Fact]
    public void Log_ToALoggerThatWorks_PassesEverythingOn()
    {
        var inner = new RecordingLogger();
        var exception = new InvalidOperationException();

        new GuardedLogger(inner).Log(LogLevel.Error, new EventId(7), "state", exception, (state, _) => $"<{state}>");

        Assert.Equal([new LogLine(LogLevel.Error, 7, "<state>", exception)], inner.Lines);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Report_ToALoggerThatThrows_LosesNoCount(bool throwsWhenAsked)
    {
        var logger = new GuardedLogger(new ThrowingLogger { ThrowsWhenAsked = throwsWhenAsked });
        var account = new ShadowAccount("v2", logger, new TestTimeProvider());

        account.Accept();
        account.Drop(DropReason.Budget);
        account.Accept();
        account.Mirror();
        account.Fail(FailReason.Other);

        Assert.Equal(2, LedgerAssert.Settled(account).Seen);
    }
}
