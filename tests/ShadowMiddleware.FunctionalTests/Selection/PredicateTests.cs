using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Selection;

public sealed class PredicateTests : FunctionalTest
{
    private const int Requests = 20;

    [Fact]
    public async Task Predicates_ChooseBeforeAndAfterTheResponse()
    {
        await using var shadow = await new RecordingShadow().StartAsync(Token);
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            ConfigureOptions = options =>
                options
                    .Shadows["v2"]
                    .When(context => context.Request.Path != "/before")
                    .WhenResponse(context => context.Request.Path != "/after" && context.Response.StatusCode == 200),
        }.StartAsync(Token);

        foreach (var target in new[] { "/before", "/after", "/copied" })
        {
            await environment.Primary.ExchangeAsync(RawRequest.Build("POST", target, [], [1, 2, 3]), Token);
        }

        await environment.WaitUntilLedgerIsAsync(
            "seen 3, skipped.response_status 1, skipped.rule 1, completed.2xx 1",
            Token
        );
        Assert.Equal("/copied", (await shadow.NextAsync(Token)).Target);

        // Code is applied again on each reload, on top of the section.
        environment.Reload(("Shadows:v2:Percent", "100"));
        await environment.Primary.ExchangeAsync(RawRequest.Get("/before"), Token);
        await environment.WaitUntilAsync((ShadowLedger counts) => counts.Skipped.GetValueOrDefault("rule") == 2, Token);
    }

    [Theory]
    [InlineData(true, "rule")]
    [InlineData(false, "response_status")]
    public async Task Predicates_ThatThrow_LeaveTheRequestAloneAndAreCountedAndLoggedOnce(bool before, string reason)
    {
        await using var shadow = await new RecordingShadow().StartAsync(Token);
        await using var environment = await new MirrorEnvironment
        {
            WithTwin = true,
            Shadows = { ["v2"] = shadow.Address },
            ConfigureOptions = options =>
            {
                if (before)
                {
                    options.Shadows["v2"].When(_ => throw new InvalidOperationException("the predicate's"));
                }
                else
                {
                    options.Shadows["v2"].WhenResponse(_ => throw new InvalidOperationException("the predicate's"));
                }
            },
        }.StartAsync(Token);
        var request = RawRequest.Build("POST", "/x", [], [1, 2, 3]);
        var expected = await environment.Twin.ExchangeAsync(request, Token);

        for (var i = 0; i < Requests; i++)
        {
            var actual = await environment.Primary.ExchangeAsync(request, Token);
            Assert.Equal(expected.ComparableText(), actual.ComparableText());
        }

        await environment.WaitUntilLedgerIsAsync($"seen {Requests}, skipped.{reason} {Requests}", Token);
        Assert.Equal("the predicate's", Assert.Single(environment.Logs.OfLibrary, Throws).Exception!.Message);
        Assert.Equal(0, shadow.Received);

        static bool Throws(LogEntry entry) => entry.Exception is not null;
    }
}
