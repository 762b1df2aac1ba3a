using ShadowMiddleware.Connecting;
using ShadowMiddleware.Sending;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Sending;

public sealed class InnermostHandlerTests
{
    private const string Odd = "/x%2Fy%41/../z?token=secret";

    private static readonly Dictionary<string, Func<Uri, Uri?>> Harmless = new(StringComparer.Ordinal)
    {
        ["keeps it"] = uri => uri,
        ["replaces the host, exactly"] = uri => Raw("https://other.test:99" + uri.PathAndQuery),
    };

    private static readonly Dictionary<string, Func<Uri, Uri?>> Changing = new(StringComparer.Ordinal)
    {
        ["UriBuilder"] = uri => new UriBuilder(uri.OriginalString) { Host = "other.test" }.Uri,
        ["plain Uri"] = uri => new Uri(uri.OriginalString),
        ["relative"] = uri => new Uri("/z", UriKind.Relative),
        ["another query"] = uri => Raw(uri.OriginalString + "&more=1"),
        ["none"] = _ => null,
    };

    public static TheoryData<string> HarmlessChanges => [.. Harmless.Keys];

    public static TheoryData<string> Changes => [.. Changing.Keys];

    [Theory]
    [MemberData(nameof(HarmlessChanges))]
    public async Task Send_OfTheTargetThatIsExpected_Sends(string change)
    {
        using var stub = new StubHandler();

        await SendAsync(stub, Harmless[change]);

        Assert.Single(stub.Requests);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Send_OfAnotherTarget_FailsAndSaysWhatChangedWithoutTheQuery(string change)
    {
        using var stub = new StubHandler();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => SendAsync(stub, Changing[change]));

        Assert.Empty(stub.Requests);
        Assert.Contains("from /x%2Fy%41/../z?… to ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_OfAMessageOfWhichNothingIsExpected_Sends()
    {
        using var stub = new StubHandler();
        using var invoker = new HttpMessageInvoker(new InnermostHandler(TestWorkers.Shared) { InnerHandler = stub });
        using var message = new HttpRequestMessage(HttpMethod.Get, "http://shadow.test/x");

        using var response = await invoker.SendAsync(message, CancellationToken.None);

        Assert.Single(stub.Requests);
    }

    private static Uri Raw(string text) =>
        new(text, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    private static async Task SendAsync(StubHandler stub, Func<Uri, Uri?> change)
    {
        using var invoker = new HttpMessageInvoker(new InnermostHandler(TestWorkers.Shared) { InnerHandler = stub });
        using var message = new MirroredRequestMessage(HttpMethod.Get, Raw("http://shadow.test" + Odd));
        message.RequestUri = change(message.RequestUri!);

        using var response = await invoker.SendAsync(message, CancellationToken.None);
    }
}
