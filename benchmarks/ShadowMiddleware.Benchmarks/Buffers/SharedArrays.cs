using System.Buffers;

namespace ShadowMiddleware.Benchmarks.Buffers;

/// <summary>Arrays of the platform's shared pool, which keeps some per thread: those that give back here are never those that rent.</summary>
internal sealed class SharedArrays : IBodyCarrier<ArraySegment<byte>>
{
    public ArraySegment<byte> Fill(ReadOnlySpan<byte> body)
    {
        var array = ArrayPool<byte>.Shared.Rent(body.Length);
        body.CopyTo(array);
        return new ArraySegment<byte>(array, 0, body.Length);
    }

    public long ReadAndFree(ArraySegment<byte> carried)
    {
        var read = BodyBytes.Read(carried);
        ArrayPool<byte>.Shared.Return(carried.Array!);
        return read;
    }

    public void VerifyAndDispose() { }
}
