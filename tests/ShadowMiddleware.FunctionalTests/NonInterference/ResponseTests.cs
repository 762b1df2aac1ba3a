using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.NonInterference;

/// <summary>Law 1 over every way of writing a response.</summary>
public sealed class ResponseTests : FunctionalTest
{
    public static MatrixTheoryData<string, string> Cases { get; } = new(["GET", "HEAD", "POST"], Responses.Paths);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Response_WrittenInAnyWay_IsTheSameBytes(string method, string path)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            WithTwin = true,
            Shadows = { ["v2"] = shadow.Address },
            App = Responses.Map,
        }.StartAsync(Token);
        var request = RawRequest.Build(method, path, [], method == "POST" ? [1, 2, 3] : null);

        var expected = await ReadAllAsync(environment.Twin, request);
        var actual = await ReadAllAsync(environment.Primary, request);
        var ledger = await environment.WaitUntilSettledAsync(Token);

        Assert.Equal(expected, actual);
        Assert.Equal("seen 1, completed.2xx 1", LedgerAssert.Describe(ledger));
    }

    /// <summary>The response, or what there is of it when the app broke it off.</summary>
    private async Task<string> ReadAllAsync(PrimaryHost host, byte[] request)
    {
        using var connection = await host.ConnectAsync(Token);

        try
        {
            return (await connection.ExchangeAsync(request, Token)).ComparableText();
        }
        catch (IOException exception)
        {
            return exception.Message;
        }
    }
}
