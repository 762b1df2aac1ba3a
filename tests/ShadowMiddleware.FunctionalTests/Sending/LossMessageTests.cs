using Microsoft.Extensions.Logging;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Sending;

/// <summary>What the log says at the default level, when copies are lost or are answered by somebody else.</summary>
public sealed class LossMessageTests : FunctionalTest
{
    [Fact]
    public async Task Loss_ToAnAddressWhereNobodyListens_NamesRequestAndAddressAndNoSecret()
    {
        var shadow = RawShadow.Start();
        await shadow.DisposeAsync();

        var message = await LoseAsync(shadow.Address);

        var address = new Uri(shadow.Address).Authority;
        Assert.Contains(
            $"GET /orders/42?***, failed: connect (Connection refused ({address}))",
            message,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("s3cret", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Loss_ToACertificateThatNobodyTrusts_SaysWhatToDo()
    {
        await using var shadow = await new RecordingShadow { Certificate = TestCertificate.Instance }.StartAsync(Token);

        var message = await LoseAsync(shadow.Address);

        Assert.Contains("failed: tls (", message, StringComparison.Ordinal);
        Assert.Contains("UntrustedRoot", message, StringComparison.Ordinal);
        Assert.Contains("run dotnet dev-certs https --trust", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("404 Not Found", "the path of Address", true)]
    [InlineData("307 Temporary Redirect", "UseHttpsRedirection", true)]
    [InlineData("204 No Content", "", false)]
    public async Task Answers_ThatTheAppDoesNotGive_AreOneWarningWithTheUsualCause(
        string status,
        string cause,
        bool warns
    )
    {
        await using var shadow = RawShadow.Start(
            ShadowScripts.Answer($"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n")
        );
        await using var environment = await new MirrorEnvironment { Shadows = { ["v2"] = shadow.Address } }.StartAsync(
            Token
        );

        for (var i = 0; i < 120; i++)
        {
            using var response = await environment.Client.GetAsync("/", Token);
        }

        await environment.WaitUntilSettledAsync(Token);
        if (warns)
        {
            Assert.Contains(cause, await OnlyWarningAsync(environment, "The usual cause is"), StringComparison.Ordinal);
        }
        else
        {
            Assert.Empty(Warnings(environment, "The usual cause is"));
        }
    }

    private async Task<string> LoseAsync(string address)
    {
        await using var environment = await new MirrorEnvironment { Shadows = { ["v2"] = address } }.StartAsync(Token);
        using var response = await environment.Client.GetAsync("/orders/42?token=s3cret", Token);
        return await OnlyWarningAsync(environment, "loses copies");
    }

    // The line comes after the count.
    private async Task<string> OnlyWarningAsync(MirrorEnvironment environment, string text)
    {
        await Eventually.HoldsAsync(
            () => Warnings(environment, text).Length > 0,
            () => $"no warning says '{text}'",
            Token
        );
        return Assert.Single(Warnings(environment, text));
    }

    private static string[] Warnings(MirrorEnvironment environment, string text) =>
        [
            .. environment
                .Logs.OfLibrary.Where(entry => entry.Level == LogLevel.Warning)
                .Select(entry => entry.Message)
                .Where(message => message.Contains(text, StringComparison.Ordinal)),
        ];
}
