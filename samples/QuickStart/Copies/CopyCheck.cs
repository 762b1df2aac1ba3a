using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace QuickStart.Copies;

/// <summary>Compares what the primary received with what the shadow received, request by request.</summary>
internal sealed class CopyCheck
{
    /// <summary>By this the request of a client and its copy are matched. Only the demonstration's own traffic carries it.</summary>
    public const string IdHeader = "X-QuickStart-Id";

    public const string TagHeader = "X-Shadow-Request";

    private readonly ConcurrentDictionary<string, Receipt> _awaited = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _copiesByMethod = new(StringComparer.Ordinal);
    private long _requests;
    private long _untagged;
    private long _foreignAwaited;
    private long _foreign;
    private long _exact;
    private long _inexact;
    private string? _firstInexact;

    /// <summary>Requests that the primary received.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Copies that the shadow received.</summary>
    public long Copies => _copiesByMethod.Values.Sum();

    public IReadOnlyDictionary<string, long> CopiesByMethod => _copiesByMethod;

    /// <summary>Requests that the shadow received without a tag, so from somebody else than the primary.</summary>
    public long Untagged => Interlocked.Read(ref _untagged);

    /// <summary>Copies that were compared with their original and were the same.</summary>
    public long Exact => Interlocked.Read(ref _exact);

    /// <summary>Copies that were not the same, arrived twice, or lost the id by which they are compared.</summary>
    public long Inexact => Interlocked.Read(ref _inexact);

    /// <summary>Copies of requests that were not the demonstration's own: what they should look like, nobody knows.</summary>
    public long Foreign => Interlocked.Read(ref _foreign);

    /// <summary>The first copy that was not the same, beside its original.</summary>
    public string? FirstInexact => _firstInexact;

    public Task OnPrimaryAsync(HttpContext context, RequestDelegate next)
    {
        Interlocked.Increment(ref _requests);
        if (context.Request.Headers[IdHeader] is [{ } id])
        {
            // The body is not read here, so that the mirror works on the server's own, as it does in a real app. The client has sent
            // the digest of what it wrote.
            _awaited[id] = Receipt.Of(context, context.Request.Headers[BodyDigest.HeaderName]);
        }
        else
        {
            Interlocked.Increment(ref _foreignAwaited);
        }

        return next(context);
    }

    public async Task OnShadowAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        var body = new MemoryStream();
        await request.Body.CopyToAsync(body, context.RequestAborted);
        body.Position = 0;
        request.Body = body;

        if (!request.Headers.ContainsKey(TagHeader))
        {
            Interlocked.Increment(ref _untagged);
        }
        else
        {
            _copiesByMethod.AddOrUpdate(request.Method, 1, static (_, count) => count + 1);
            Compare(
                request.Headers[IdHeader] is [{ } id] ? id : null,
                Receipt.Of(context, body.Length == 0 ? null : BodyDigest.Of(body.ToArray()))
            );
        }

        await next(context);
    }

    private void Compare(string? id, Receipt copy)
    {
        // Only so many copies may come without an id as requests came without one; the others have lost theirs.
        if (id is null && Interlocked.Decrement(ref _foreignAwaited) >= 0)
        {
            Interlocked.Increment(ref _foreign);
            return;
        }

        Receipt? original = null;
        if (id is not null && _awaited.TryRemove(id, out original) && original == copy)
        {
            Interlocked.Increment(ref _exact);
            return;
        }

        Interlocked.Increment(ref _inexact);
        Interlocked.CompareExchange(
            ref _firstInexact,
            $"The primary received:\n{original?.ToString() ?? "nothing of the kind"}\n\nThe shadow received:\n{copy}",
            null
        );
    }
}
