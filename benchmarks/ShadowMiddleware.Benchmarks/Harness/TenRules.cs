namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>Rules of every kind for <see cref="RequestText.GetWithKeys"/>, which has to get past nine before one is about it.</summary>
internal static class TenRules
{
    /// <summary>The tenth is about the request.</summary>
    public static void AddMatching(ShadowOptions shadow, double percent) => AddTo(shadow.Rules, view: "full", percent);

    /// <summary>The tenth is not about the request either, and it takes all conditions to see that.</summary>
    public static void AddOthers(ShadowOptions shadow) => AddTo(shadow.Rules, view: "short", percent: 100);

    private static void AddTo(IList<MirroringRule> rules, string view, double percent)
    {
        rules.Add(new MirroringRule { Methods = { "POST", "PUT" } });
        rules.Add(new MirroringRule { Paths = { "/catalog/{**rest}" } });
        rules.Add(new MirroringRule { Paths = { "/customers/{id:int}", "/orders" } });
        rules.Add(new MirroringRule { Paths = { "/orders/{id:guid}" } });
        rules.Add(new MirroringRule { Paths = { "/orders/{id:int}/lines/{line:int}" } });
        rules.Add(new MirroringRule { Hosts = { "*.example.com" } });
        rules.Add(new MirroringRule { Headers = { ["X-Tenant"] = "acme" } });
        rules.Add(new MirroringRule { Headers = { ["Accept-Language"] = "de" } });
        rules.Add(new MirroringRule { Query = { ["page"] = "1" } });
        rules.Add(
            new MirroringRule
            {
                Methods = { "GET" },
                Paths = { "/orders/{id:int}" },
                Hosts = { "localhost" },
                Headers = { ["Accept"] = "application/json" },
                Query = { ["view"] = view },
                Percent = percent,
            }
        );
    }
}
