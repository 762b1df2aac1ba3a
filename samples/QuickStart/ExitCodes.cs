namespace QuickStart;

internal static class ExitCodes
{
    public const int Ok = 0;
    public const int PromiseBroken = 1;
    public const int BadArguments = 2;
}
