namespace ShadowMiddleware.LoadTest.Load;

/// <summary>What is loaded did not answer as it should: its figures mean nothing.</summary>
internal sealed class LoadException : Exception
{
    public LoadException(string message)
        : base(message) { }
}
