using System.Buffers.Binary;

namespace ShadowMiddleware.Fuzzer.Generation;

/// <summary>
/// Reads the bodies out of frames as they are sent, damaged ones included. A server that is asked would often not do: a frame that
/// breaks the connection takes from the app what lay before it, in one run and not in another.
/// </summary>
internal static class Http2Bodies
{
    /// <param name="sent">All that the client sends, from the preface on.</param>
    /// <param name="start">The length of the preface.</param>
    /// <returns>The bodies, by the place of their streams among those that clients begin.</returns>
    public static Dictionary<int, SentBody> In(ReadOnlySpan<byte> sent, int start)
    {
        var bodies = new Dictionary<int, SentBody>();
        for (var rest = sent[Math.Min(start, sent.Length)..]; rest.Length >= 9; )
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest) >>> 8;
            if (length > Frame.MaxLength || length > rest.Length - 9)
            {
                break;
            }

            var stream = BinaryPrimitives.ReadInt32BigEndian(rest[5..]) & int.MaxValue;
            if (stream % 2 == 1)
            {
                Take(bodies, stream / 2, rest[3], rest[4], rest.Slice(9, length));
            }

            rest = rest[(9 + length)..];
        }

        return bodies;
    }

    private static void Take(
        Dictionary<int, SentBody> bodies,
        int index,
        byte type,
        byte flags,
        ReadOnlySpan<byte> payload
    )
    {
        var body = bodies.GetValueOrDefault(index, new SentBody([], IsEnded: false));
        if (type is not (Frame.Data or Frame.Headers) || body.IsEnded)
        {
            return;
        }

        if (type == Frame.Headers)
        {
            payload = [];
        }
        else if ((flags & Frame.Padded) != 0)
        {
            if (payload.IsEmpty || payload[0] >= payload.Length)
            {
                return;
            }

            payload = payload[1..^payload[0]];
        }

        bodies[index] = new SentBody([.. body.Bytes, .. payload], (flags & Frame.EndStream) != 0);
    }
}
