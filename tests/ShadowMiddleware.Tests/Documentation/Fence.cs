namespace ShadowMiddleware.Tests.Documentation;

/// <summary>A fenced block of a document.</summary>
/// <param name="Document">The document's path from the root.</param>
/// <param name="Line">The line of the opening fence, counted from one.</param>
/// <param name="Language">What stands behind the opening fence.</param>
/// <param name="Text">What stands between the fences.</param>
internal sealed record Fence(string Document, int Line, string Language, string Text)
{
    /// <summary>Where it is, in a form that editors make clickable.</summary>
    public string Place => $"{Document}:{Line}";
}
