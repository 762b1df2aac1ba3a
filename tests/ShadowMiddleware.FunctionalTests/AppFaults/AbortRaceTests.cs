using Microsoft.AspNetCore.Http;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>The client leaves at about the moment when the app is done and its request is handed over.</summary>
public sealed class AbortRaceTests : FunctionalTest
{
    private const int Count = 300;
    private const int Half = 1500;
    private const string Ends = "X-Reads";

    private static readonly string[] _ends = ["all", "half", "nothing"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Requests_AbortRacesTheEnd_AreWholeOrDroppedWithAReason(bool isHttp2)
    {
        await using var stage = await FaultStage.StartAsync(isHttp2, AppAsync, Token);
        var requests = Enumerable.Range(0, Count).Select(Request).ToList();

        await Parallel.ForEachAsync(
            requests.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Token },
            async (request, token) => await stage.RunAsync(request.Item, isHttp2 ? Http2Async : Http1Async, token)
        );

        var (ledger, _) = await stage.EndAsync(Token);
        Assert.Equal(Count, ledger.Seen);
        Assert.Empty(ledger.Dropped.Keys.Except(["client_aborted", "body_incomplete"], StringComparer.Ordinal));
        Assert.InRange(LedgerAssert.Sum(ledger.Completed), Count / _ends.Length, Count);
    }

    private static FaultRequest Request(int index)
    {
        var body = new byte[2 * Half];
        new Random(index).NextBytes(body);
        return new FaultRequest(
            $"{index}",
            index % 2 == 0 ? Framings.Length : Framings.Chunked,
            body,
            "application/octet-stream",
            (Ends, _ends[index % _ends.Length])
        );
    }

    private static async Task AppAsync(HttpContext context)
    {
        var view = AppViews.Of(context);
        try
        {
            switch (context.Request.Headers[Ends].ToString())
            {
                case "all":
                    await BodyDoors.ReadStreamAsync(context);
                    break;
                case "half":
                    await context.Request.Body.ReadExactlyAsync(new byte[Half]);
                    break;
            }
        }
        catch (Exception exception) when (exception is IOException or BadHttpRequestException)
        {
            // The client has won.
        }

        view.Started.SetResult();
        Thread.SpinWait(Random.Shared.Next(20_000));
    }

    private static async Task<string> Http1Async(
        PrimaryHost host,
        FaultRequest request,
        AppView view,
        CancellationToken token
    )
    {
        using var client = await WireClient.OpenAsync(host, () => { }, token);
        await client.SendAsync(request.ToHttp1(), token);
        await view.Started.Task.WaitAsync(token);
        Thread.SpinWait(Random.Shared.Next(20_000));
        client.Reset();
        return "";
    }

    private static async Task<string> Http2Async(
        PrimaryHost host,
        FaultRequest request,
        AppView view,
        CancellationToken token
    )
    {
        using var client = await Http2Client.OpenAsync(host, token);
        await client.SendHeadAsync(request, token);
        await client.SendBodyAsync(request.Content, isEnd: true, token);
        await view.Started.Task.WaitAsync(token);
        Thread.SpinWait(Random.Shared.Next(20_000));
        await client.ResetStreamAsync(token);
        await view.Ended.Task.WaitAsync(token);
        return "";
    }
}
