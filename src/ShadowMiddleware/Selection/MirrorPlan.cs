using ShadowMiddleware.Dispatch;

namespace ShadowMiddleware.Selection;

/// <summary>The shadows that receive a copy of one request. Allocates only when there is one.</summary>
internal struct MirrorPlan
{
    private ShadowRoute[]? _routes;
    private int _count;

    public readonly bool IsEmpty => _count == 0;

    public readonly ReadOnlySpan<ShadowRoute> Routes => _routes.AsSpan(0, _count);

    /// <summary>The longest body that any of the shadows takes, in bytes.</summary>
    public readonly long MaxBodyBytes
    {
        get
        {
            long max = 0;
            foreach (var route in Routes)
            {
                max = Math.Max(max, route.Configuration.MaxBodyBytes);
            }

            return max;
        }
    }

    public void Add(ShadowRoute route, int capacity)
    {
        _routes ??= new ShadowRoute[capacity];
        _routes[_count++] = route;
    }
}
