using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Shaping;

/// <summary>What MVC binds to a name, however a client writes it, is redacted by that name.</summary>
public sealed class BoundNamesTests : FunctionalTest
{
    private const string Secret = "hush-hush";

    [Theory]
    [InlineData("password")]
    [InlineData("password[]")]
    [InlineData("PassWord%5B%5D")]
    [InlineData("password[][]")]
    [InlineData("card.number")]
    [InlineData("card[number]")]
    [InlineData("Card%5bNumber%5d")]
    [InlineData("card[][number][]")]
    [InlineData("codes")]
    [InlineData("codes[]")]
    [InlineData("codes[0]")]
    [InlineData("codes.index=x&codes[x]")]
    public async Task Form_ThatMvcBinds_IsRedacted(string name)
    {
        await using var shadow = await new RecordingShadow().StartAsync(Token);
        await using var environment = await StartAsync(shadow);

        using var urlEncoded = new StringContent(
            $"a=1&{name}={Secret}",
            Encoding.UTF8,
            "application/x-www-form-urlencoded"
        );
        await AssertIsBoundAndRedactedAsync(urlEncoded);

        if (!name.Contains('%', StringComparison.Ordinal) && !name.Contains('=', StringComparison.Ordinal))
        {
            using var multipart = new MultipartFormDataContent { { new StringContent(Secret), $"\"{name}\"" } };
            await AssertIsBoundAndRedactedAsync(multipart);
        }

        async Task AssertIsBoundAndRedactedAsync(HttpContent content)
        {
            using var response = await environment.Client.PostAsync("/mvc/login", content, Token);
            Assert.Contains(Secret, await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);

            var copy = Encoding.UTF8.GetString((await shadow.NextAsync(Token)).Body);
            Assert.Contains("redacted", copy, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, copy, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("tokens")]
    [InlineData("tokens[0]")]
    [InlineData("Tokens%5B0%5D")]
    [InlineData("tokens.index=x&tokens[x]")]
    public async Task Query_ThatMvcBinds_IsRedacted(string name)
    {
        await using var shadow = await new RecordingShadow().StartAsync(Token);
        await using var environment = await StartAsync(shadow);

        var answer = await environment.Client.GetStringAsync($"/mvc/login?a=1&{name}={Secret}", Token);

        Assert.Equal(Secret, answer);
        Assert.Equal($"/mvc/login?a=1&{name}=redacted", (await shadow.NextAsync(Token)).Target);
    }

    private Task<MirrorEnvironment> StartAsync(RecordingShadow shadow) =>
        new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings =
            {
                ["Shadows:v2:RedactForm:0"] = "password",
                ["Shadows:v2:RedactForm:1"] = "card.number",
                ["Shadows:v2:RedactForm:2"] = "codes",
                ["Shadows:v2:RedactQuery:0"] = "tokens",
            },
            ConfigureServices = services =>
                services.AddControllers().AddApplicationPart(typeof(LoginController).Assembly),
            App = app => app.MapControllers(),
        }.StartAsync(Token);
}
