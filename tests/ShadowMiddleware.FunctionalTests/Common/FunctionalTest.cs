namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>Gives each test a token that ends with the run or after a time that no test needs, so that nothing can hang.</summary>
public abstract class FunctionalTest : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    private readonly CancellationTokenSource _deadline = CancellationTokenSource.CreateLinkedTokenSource(
        TestContext.Current.CancellationToken
    );

    protected FunctionalTest() => _deadline.CancelAfter(Limit);

    protected CancellationToken Token => _deadline.Token;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _deadline.Dispose();
        }
    }
}
