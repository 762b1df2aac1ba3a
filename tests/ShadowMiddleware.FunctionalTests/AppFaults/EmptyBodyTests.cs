using Microsoft.AspNetCore.Http;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>
/// Over HTTP/2 an empty body may end in a frame of its own. The server decides when the app begins whether there may be a body, so its answer
/// depends on whether that frame has come: the same request without a content type is a bad one or one of an unsupported type. It is the
/// same race with the mirror.
/// </summary>
public sealed class EmptyBodyTests : FunctionalTest
{
    private const string NoType = "no content type";

    private static readonly RequestDelegate _bind = RequestDelegateFactory
        .Create((Item item) => item.Name)
        .RequestDelegate;

    [Fact]
    public async Task Http2Request_EndsBeforeOrAfterTheAppHasBegun_IsAnsweredTheSame()
    {
        await using var stage = await FaultStage.StartAsync(isHttp2: true, AppAsync, Token);
        var cells =
            from framing in Framings.All
            from type in new[] { NoType, "application/json", "text/plain" }
            select new FaultRequest($"{framing}; {type}", framing, [], type == NoType ? "" : type);

        await Parallel.ForEachAsync(
            cells,
            Token,
            async (cell, token) => await stage.CompareAsync(cell, ExchangeAsync, token)
        );

        Assert.Contains("left with 400", ViewOf(Framings.None), StringComparison.Ordinal);
        Assert.Contains("left with 415", ViewOf(Framings.Length), StringComparison.Ordinal);
        Assert.Contains("left with 415", ViewOf(Framings.Chunked), StringComparison.Ordinal);
        await stage.EndAsync(Token);

        string ViewOf(string framing) => FaultStage.View(stage.Environment.Primary, $"{framing}; {NoType}").ToString();
    }

    private static Task AppAsync(HttpContext context)
    {
        AppViews.Of(context).Started.SetResult();
        return _bind(context);
    }

    private static async Task<string> ExchangeAsync(
        PrimaryHost host,
        FaultRequest request,
        AppView view,
        CancellationToken token
    )
    {
        using var client = await Http2Client.OpenAsync(host, token);
        await client.SendHeadAsync(request, token);
        if (request.Framing != Framings.None)
        {
            await view.Started.Task.WaitAsync(token);
            await client.SendBodyAsync(default, isEnd: true, token);
        }

        await client.StreamEnded.Task.WaitAsync(token);
        return $"{client.DataReceived} bytes";
    }

    private sealed record Item(string Name);
}
