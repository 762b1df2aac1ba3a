using System.Diagnostics;
using Microsoft.Extensions.Primitives;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Capture;

/// <summary>
/// One request as it arrived, shared by the copies to all shadows. It owns everything that it holds: nothing of the request's context
/// survives in it. References are counted, one for each holder and one for each serialisation of the body that is under way; the
/// body's buffers return to the pool with the last one.
/// </summary>
internal class CapturedRequest
{
    // What the objects of a request and its places in the queues take, and those of a field: rounded up, as measured on 64 bits.
    private const int RequestBytes = 512;
    private const int FieldBytes = 64;

    private PooledBodyBuffer? _body;
    private long _charged;
    private long _firstHalfOfId;
    private long _secondHalfOfId;
    private int _references = 1;

    public required string Method { get; init; }

    /// <summary>The target in origin-form (RFC 9112 section 3.2.1), undecoded.</summary>
    public required string Target { get; init; }

    /// <summary>The header fields, hop-by-hop ones included, as later middleware had not yet seen them.</summary>
    public required KeyValuePair<string, StringValues>[] Headers { get; init; }

    /// <summary>Whether this is a gRPC call. Over HTTP/1.1 there are none, whatever a client calls its content.</summary>
    public bool IsGrpc { get; init; }

    /// <summary>The request as messages show it.</summary>
    public RequestLine Line => new(Method, Target);

    /// <summary>The status that the primary has answered; 0 when nobody knows it. Set before the request is handed over.</summary>
    public int PrimaryStatus { get; set; }

    /// <summary>The trace of the request in the primary; default when there is none.</summary>
    public required ActivityContext Trace { get; init; }

    /// <summary>128 random bits: the same for all copies of the request. Made when the first copy is sent, off the request's path.</summary>
    public UInt128 Id => new((ulong)Agree(ref _firstHalfOfId), (ulong)Agree(ref _secondHalfOfId));

    /// <summary>Whose budget counts what the request holds; <see langword="null"/> where nothing is kept.</summary>
    public BlockPool? Pool { get; init; }

    /// <summary>What the request takes beside its body, in bytes: target and fields, of two bytes for each character.</summary>
    public int HeadBytes
    {
        get
        {
            var bytes = RequestBytes + (Target.Length * sizeof(char));
            foreach (var (name, values) in Headers)
            {
                bytes += FieldBytes + ((name?.Length ?? 0) * sizeof(char));
                foreach (var value in values)
                {
                    bytes += (value?.Length ?? 0) * sizeof(char);
                }
            }

            return bytes;
        }
    }

    /// <summary>The captured body; <see langword="null"/> when the request had none.</summary>
    public PooledBodyBuffer? Body => _body;

    public long BodyLength => _body?.Length ?? 0;

    /// <summary>Takes over the captured body. Called once, before the request is handed on.</summary>
    public void Attach(PooledBodyBuffer body)
    {
        Debug.Assert(_body is null, "A request has one body.");
        _body = body;
    }

    /// <summary>
    /// Charges what is kept beside the body to the budget of bytes, until the last reference is gone. Captures that are not complete give
    /// up their bytes for it, the oldest first.
    /// </summary>
    /// <returns><see langword="false"/> when there is no room, and then nothing was charged.</returns>
    public bool TryCharge(int bytes)
    {
        if (Pool is null)
        {
            return true;
        }

        while (!Pool.Budget.TryReserve(bytes))
        {
            if (!Pool.Captures.EvictOldest())
            {
                return false;
            }
        }

        Interlocked.Add(ref _charged, bytes);
        return true;
    }

    // Each half by itself: whoever comes second finds what the first has made.
    private static long Agree(ref long half)
    {
        if (Volatile.Read(ref half) is var known and not 0)
        {
            return known;
        }

        // Copies are told apart by it and nothing is protected by it: bits that nobody can guess would cost a microsecond.
        var made = Random.Shared.NextInt64(long.MinValue, long.MaxValue);
        return Interlocked.CompareExchange(ref half, made, 0) is var other and not 0 ? other : made;
    }

    /// <summary>Takes one more reference; <see langword="false"/> when the last one is gone, and the buffers with it.</summary>
    public bool TryAddReference()
    {
        var references = Volatile.Read(ref _references);
        while (references > 0)
        {
            var seen = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (seen == references)
            {
                return true;
            }

            references = seen;
        }

        return false;
    }

    public void Release()
    {
        var references = Interlocked.Decrement(ref _references);
        Debug.Assert(references >= 0, "A reference was released twice.");
        if (references == 0)
        {
            _body?.Release();
            Pool?.Budget.Release(_charged);
        }
    }
}
