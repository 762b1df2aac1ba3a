namespace ShadowMiddleware.Benchmarks.Buffers;

/// <summary>An array for each body, left to the garbage collector.</summary>
internal sealed class NewArrays : IBodyCarrier<byte[]>
{
    public byte[] Fill(ReadOnlySpan<byte> body) => body.ToArray();

    public long ReadAndFree(byte[] carried) => BodyBytes.Read(carried);

    public void VerifyAndDispose() { }
}
