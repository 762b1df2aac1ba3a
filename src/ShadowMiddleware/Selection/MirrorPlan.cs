using ShadowMiddleware.Dispatch;

namespace ShadowMiddleware.Selection;

/// <summary>The shadows that receive a copy of one request. Allocates only when there are some and others not.</summary>
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

    /// <summary>Whether any of the shadows is told what connection the request came by.</summary>
    public readonly bool NeedsPeer
    {
        get
        {
            foreach (var route in Routes)
            {
                if (route.Configuration.Shaping is { ForwardedHeaders: ForwardedHeadersMode.Append })
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Adds a shadow; those of a request come in their order.</summary>
    /// <param name="route">The shadow.</param>
    /// <param name="all">All shadows. Not copied as long as none was left out.</param>
    public void Add(ShadowRoute route, ShadowRoute[] all)
    {
        _routes ??= all;
        if (_routes == all)
        {
            if (ReferenceEquals(all[_count], route))
            {
                _count++;
                return;
            }

            _routes = new ShadowRoute[all.Length];
            Array.Copy(all, _routes, _count);
        }

        _routes[_count++] = route;
    }
}
