#if RECYCLABLE_MEMORY_STREAM
using Microsoft.IO;

namespace ShadowMiddleware.Benchmarks.Buffers;

/// <summary>The streams that most would take instead. Not restored everywhere this project builds, so there only when asked for.</summary>
internal sealed class RecyclableStreams : IBodyCarrier<RecyclableMemoryStream>
{
    private readonly RecyclableMemoryStreamManager _streams = new();

    public RecyclableMemoryStream Fill(ReadOnlySpan<byte> body)
    {
        var stream = _streams.GetStream();
        stream.Write(body);
        return stream;
    }

    public long ReadAndFree(RecyclableMemoryStream carried)
    {
        long read = 0;
        foreach (var segment in carried.GetReadOnlySequence())
        {
            read += BodyBytes.Read(segment.Span);
        }

        carried.Dispose();
        return read;
    }

    public void VerifyAndDispose()
    {
        if (_streams.SmallPoolInUseSize != 0 || _streams.LargePoolInUseSize != 0)
        {
            throw new InvalidOperationException("A stream was not given back.");
        }
    }
}
#endif
