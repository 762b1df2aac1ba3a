using ShadowMiddleware.Fuzzer.Apps;
using ShadowMiddleware.Fuzzer.Generation;

namespace ShadowMiddleware.Fuzzer.Plans;

/// <summary>Makes the plans that belong to a seed and a round.</summary>
internal sealed class PlanGenerator
{
    private readonly long _seed;

    // Apart from the cases, which are drawn from the seed too.
    public PlanGenerator(long seed) => _seed = seed ^ 0x5bd1_e995_7f4a_7c15;

    public ShadowPlan Create(int round, int shadow)
    {
        var draw = new Draw(_seed + shadow, round);
        var (mode, template) = Host(draw);
        return new ShadowPlan
        {
            Percent = Percent(draw),
            SampleBy = draw.One(
                "Random",
                "TraceId",
                $"Header:{ChoiceFields.Key}",
                $"Cookie:{ChoiceFields.Cookie}",
                $"Claim:{ChoiceFields.Claim}"
            ),
            Salt = draw.Chance(0.3) ? "salt" : null,
            Until = Until(draw),
            Writes = draw.Chance(0.2) ? WritePolicy.Skip : WritePolicy.Mirror,
            Rules = draw.Chance(0.6) ? Rules(draw) : [],
            HasWhen = draw.Chance(0.4),
            HasWhenResponse = draw.Chance(0.4),
            RemoveHeaders = Some(draw, "Cookie", "Authorization", ChoiceFields.Rule, "x-forwarded-for", "baggage"),
            SetHeaders = SetHeaders(draw),
            HostHeader = mode,
            HostHeaderTemplate = template,
            ForwardedHeaders = draw.One(ForwardedHeadersMode.None, ForwardedHeadersMode.Append),
            RedactQuery = Some(draw, "token", "A", "preview"),
            RedactForm = draw.Chance(0.5) ? [] : Some(draw, "password", "b"),
            RedactJson = draw.Chance(0.5) ? [] : Some(draw, "/card/number", "/items/*/secret", "/card", "/items/0"),
            RewritePath = draw.Chance(0.5) ? Rewrite(draw) : null,
            PathFidelity = draw.Chance(0.25) ? PathFidelity.Canonical : PathFidelity.Raw,
            MaxRequestsPerSecond = draw.Chance(0.1) ? draw.One(5.0, 200, 1_000_000) : null,
            Control = Control(draw),
        };
    }

    /// <summary>What is reloaded during a round.</summary>
    public ReloadPlan CreateReloads(int round)
    {
        // Behind the shadows, whose plans are drawn from the numbers from the seed on.
        var draw = new Draw(_seed - 1, round);
        return new ReloadPlan(Equal: draw.Chance(0.6), Bad: draw.Chance(0.6));
    }

    private static (HostHeaderMode, string?) Host(Draw draw) =>
        draw.Below(5) switch
        {
            0 => (HostHeaderMode.Original, null),
            1 => (HostHeaderMode.OriginalWithShadowSuffix, null),
            2 => (HostHeaderMode.Destination, draw.One("orders.internal", ShadowPlan.HostTemplate)),
            _ => (HostHeaderMode.Destination, null),
        };

    private static double Percent(Draw draw) => draw.Chance(0.7) ? 100 : draw.One(90, 66.6, 50, 25, 0.5, 0);

    private static DateTimeOffset? Until(Draw draw) =>
        draw.Below(20) switch
        {
            0 => ShadowPlan.Past,
            < 6 => ShadowPlan.Future,
            _ => null,
        };

    private static RulePlan[] Rules(Draw draw)
    {
        var rules = Enumerable.Range(0, draw.Between(1, 4)).Select(_ => Rule(draw)).ToArray();

        // One for all stands last, and has to say something.
        var last = rules[^1] with
        {
            Percent = rules[^1].Percent ?? 100,
        };
        return [.. rules[..^1].Where(rule => !rule.IsForAll), last];
    }

    private static RulePlan Rule(Draw draw) =>
        new()
        {
            Methods = Some(draw, "GET", "POST", "HEAD", "PUT", "PATCH"),
            Hosts = Some(draw, "fuzz.test", "*.fuzz.test", "10.0.0.1", "[::1]"),
            Paths = Some(draw, [.. PathPlan.Patterns]),
            Field = draw.Chance(0.2) ? draw.One("1", "2") : null,
            Preview = draw.Chance(0.2) ? draw.One("true", "false") : null,
            Percent =
                draw.Chance(0.15) ? 0
                : draw.Chance(0.5) ? Percent(draw)
                : null,
            TreatAsRead = draw.Chance(0.2),
            ResponseStatus = Some(draw, "2xx", "404", "5xx", "418", "307"),
        };

    private static Dictionary<string, string> SetHeaders(Draw draw)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in Some(draw, "Authorization", "X-Set", "X-Forwarded-Proto", ChoiceFields.Key, "Accept"))
        {
            fields.Add(name, draw.One("set", "Bearer for-the-shadow", "a, b"));
        }

        return fields;
    }

    private static RewritePlan Rewrite(Draw draw) =>
        draw.Below(5) switch
        {
            0 => new("^/api/(.*)$", "/v2/$1"),
            1 => new("(?i)^/orders/(?<id>[^/]+)", "/o/${id}/$$"),
            2 => new("//+", "/"),
            3 => new("^/catalog", "no-path"),
            _ => new("a", "%41"),
        };

    private static ControlPlan Control(Draw draw) =>
        new(
            IsPaused: draw.Chance(0.04),
            PauseFlips: draw.Chance(0.1),
            Ceiling: draw.Chance(0.85) ? 100 : draw.One(60.0, 20, 0),
            CeilingFlips: draw.Chance(0.1)
        );

    // Mostly none, and else any of them in any number.
    private static string[] Some(Draw draw, params string[] of) =>
        draw.Chance(0.6) ? [] : Array.FindAll(of, _ => draw.Chance(0.5));
}
