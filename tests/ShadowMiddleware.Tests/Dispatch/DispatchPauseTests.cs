using ShadowMiddleware.Dispatch;

namespace ShadowMiddleware.Tests.Dispatch;

public sealed class DispatchPauseTests
{
    [Fact]
    public void End_OfAPause_IsToldOnceWhenItIsOver()
    {
        var pause = new DispatchPause();
        var told = 0;
        pause.Ended += () =>
        {
            Assert.False(pause.IsOn);
            told++;
        };

        pause.End();
        Assert.Equal(0, told);

        pause.Begin();
        Assert.True(pause.IsOn);
        pause.End();
        pause.End();
        Assert.Equal(1, told);
    }
}
