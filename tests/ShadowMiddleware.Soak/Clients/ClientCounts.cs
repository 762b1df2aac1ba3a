namespace ShadowMiddleware.Soak.Clients;

/// <summary>What clients have done.</summary>
internal sealed class ClientCounts
{
    private int _answers;
    private int _aborts;

    /// <summary>Answers that were compared.</summary>
    public int Answers => Volatile.Read(ref _answers);

    /// <summary>Requests that were given up.</summary>
    public int Aborts => Volatile.Read(ref _aborts);

    public void AddAnswer() => Interlocked.Increment(ref _answers);

    public void AddAbort() => Interlocked.Increment(ref _aborts);
}
