namespace ShadowMiddleware.LoadTest;

/// <summary>What the exit code says. A target that was missed is no failure: the figures are what was asked for.</summary>
internal static class ExitCodes
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int BadArguments = 2;
}
