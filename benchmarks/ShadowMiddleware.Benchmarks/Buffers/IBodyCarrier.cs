namespace ShadowMiddleware.Benchmarks.Buffers;

/// <summary>A way to keep the bytes of a body from the thread that has them to the thread that sends them.</summary>
internal interface IBodyCarrier<T>
{
    /// <summary>Keeps the bytes, which the caller needs again at once.</summary>
    T Fill(ReadOnlySpan<byte> body);

    /// <summary>Reads all bytes and gives the memory back.</summary>
    /// <returns>How many there were.</returns>
    long ReadAndFree(T carried);

    /// <summary>Throws when memory was not given back.</summary>
    void VerifyAndDispose();
}
