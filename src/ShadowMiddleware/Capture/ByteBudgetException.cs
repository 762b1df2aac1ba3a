namespace ShadowMiddleware.Capture;

/// <summary>The byte budget has no room for what a copy would hold beside its body: the copy is dropped as <c>budget</c>.</summary>
internal sealed class ByteBudgetException : InvalidOperationException
{
    public ByteBudgetException()
        : base("The budget of bytes has no room for what is to be kept beside the body.") { }
}
