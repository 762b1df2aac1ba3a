namespace ShadowMiddleware.FunctionalTests.Matrix;

/// <summary>A client of the matrix: one connection, as long as the requests let it live.</summary>
internal interface IMatrixClient : IDisposable
{
    /// <summary>Sends a request and returns all that came back, but for what two equal responses may differ in.</summary>
    /// <param name="kind">The kind of request.</param>
    /// <param name="owner">Whose body it carries.</param>
    /// <param name="token">Ends the wait.</param>
    Task<string> ExchangeAsync(RequestKind kind, int owner, CancellationToken token);
}
