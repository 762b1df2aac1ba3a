namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>An exception that nobody but the app under test throws.</summary>
public sealed class AppFaultException : Exception
{
    public AppFaultException() { }

    public AppFaultException(string message)
        : base(message) { }

    public AppFaultException(string message, Exception innerException)
        : base(message, innerException) { }
}
