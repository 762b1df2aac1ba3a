using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Selection;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Selection;

/// <summary>Whatever the key, the salt and the shares: a key keeps its side, and a share that grows only adds keys.</summary>
public class StickySamplingPropertyTests
{
    private const int Cases = 2_000;

    [Fact]
    public void Draw_OfAnyKey_IsTheSameOnEveryInstance() =>
        Check(draw =>
        {
            var first = Draw(draw, draw.Percent);

            Assert.All(Enumerable.Range(0, 3), _ => Assert.Equal(first, Draw(draw, draw.Percent)));
        });

    [Fact]
    public void Draw_OfAnyKey_StaysWhenTheShareGrows() =>
        Check(draw =>
        {
            var (less, more) = (Math.Min(draw.Percent, draw.Other), Math.Max(draw.Percent, draw.Other));

            Assert.True(!Draw(draw, less) || Draw(draw, more));
        });

    private static void Check(Action<Case> holds)
    {
        var text = ArbMap.Default.GeneratorFor<NonEmptyString>().Select(value => value.Get);
        var percent = Gen.Choose(0, 1_000_000).Select(value => value / 10_000.0);
        var cases =
            from key in text
            from salt in text
            from one in percent
            from other in percent
            select new Case(key, salt, one, other);
        Prop.ForAll(cases.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(Cases));
    }

    private static bool Draw(Case draw, double percent)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers["X-Tenant"] = draw.Key;
        var shadow = TestShadow.Named() with
        {
            SampleBy = new SampleKey(SampleKeyKind.Header, "X-Tenant"),
            Salt = draw.Salt,
        };
        return new RequestSampler(new NoChance()).Draw(context, shadow, percent);
    }

    // Would be a difference between two draws.
    private sealed class NoChance : ISampler
    {
        public bool Draw(double percent) => throw new InvalidOperationException("The key decides.");
    }

    private sealed record Case(string Key, string Salt, double Percent, double Other);
}
