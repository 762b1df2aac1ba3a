namespace ShadowMiddleware.LoadTest.Faults;

/// <summary>Code of the app's that does what it should not.</summary>
internal static class Blocking
{
    public static readonly TimeSpan Time = TimeSpan.FromMilliseconds(100);

#pragma warning disable RS0030 // It is there to block a thread.
    public static void Block() => Thread.Sleep(Time);
#pragma warning restore RS0030
}
