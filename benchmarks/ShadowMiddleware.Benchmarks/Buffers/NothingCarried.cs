namespace ShadowMiddleware.Benchmarks.Buffers;

/// <summary>Keeps nothing: what the queue and its threads cost by themselves.</summary>
internal sealed class NothingCarried : IBodyCarrier<object>
{
    private readonly object _nothing = new();
    private readonly int _length;

    public NothingCarried(int length) => _length = length;

    public object Fill(ReadOnlySpan<byte> body) => _nothing;

    public long ReadAndFree(object carried) => _length;

    public void VerifyAndDispose() { }
}
