namespace ShadowMiddleware.Capture;

/// <summary>The byte budget has no room for what is to be kept beside a body.</summary>
internal sealed class ByteBudgetException : Exception
{
    public ByteBudgetException()
        : base("The budget of bytes has no room for what is to be kept beside the body.") { }
}
