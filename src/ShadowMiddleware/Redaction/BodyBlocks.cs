using System.Buffers;
using ShadowMiddleware.Capture;

namespace ShadowMiddleware.Redaction;

/// <summary>A captured body as one text over its blocks, which stay where they are.</summary>
internal static class BodyBlocks
{
    /// <param name="body">Not to be released while the text is looked at.</param>
    public static ReadOnlySequence<byte> AsSequence(PooledBodyBuffer body)
    {
        if (body.BlockCount <= 1)
        {
            return body.BlockCount == 0 ? default : new(body.GetBlock(0));
        }

        var first = new Segment(body.GetBlock(0), 0);
        var last = first;
        for (var i = 1; i < body.BlockCount; i++)
        {
            last = last.Append(body.GetBlock(i));
        }

        return new(first, 0, last, last.Memory.Length);
    }

    public static IEnumerable<ReadOnlyMemory<byte>> Of(PooledBodyBuffer body)
    {
        for (var i = 0; i < body.BlockCount; i++)
        {
            yield return body.GetBlock(i);
        }
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
