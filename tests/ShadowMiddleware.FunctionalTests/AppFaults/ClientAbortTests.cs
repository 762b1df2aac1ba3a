using Microsoft.AspNetCore.Http;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>
/// The client leaves at each stage, in each way. The app sees what it sees without the mirror, and a request is lost as
/// <c>client_aborted</c> only when its body is not whole.
/// </summary>
public sealed class ClientAbortTests : FunctionalTest
{
    private const string Stage = "X-Stage";
    private const string Door = "X-Door";
    private const string Unread = "no door";

    // Of the body, framing included, that is sent before the client leaves in its middle: one chunk and a part of the next.
    private const int Half = 1500;
    private const int ChunkOverhead = 12;

    private static readonly string[] _doors = ["Body", "BodyReader", Unread];

    private static readonly Dictionary<string, Func<WireClient, CancellationToken, Task>> _http1Ends = new(
        StringComparer.Ordinal
    )
    {
        ["closes"] = (client, _) => Do(client.Dispose),
        ["resets"] = (client, _) => Do(client.Reset),
        ["closes one half"] = (client, token) =>
        {
            client.FinishSending();
            return client.ReadToEndAsync(token);
        },
    };

    private static readonly Dictionary<string, Func<Http2Client, CancellationToken, Task>> _http2Ends = new(
        StringComparer.Ordinal
    )
    {
        ["closes"] = (client, _) => Do(client.Dispose),
        ["resets"] = (client, _) => Do(client.ResetConnection),
        ["resets the stream"] = (client, token) => client.ResetStreamAsync(token),
    };

    public static MatrixTheoryData<string, bool> Http1Cases { get; } = new([.. _http1Ends.Keys], [false]);

    public static MatrixTheoryData<string, bool> Http2Cases { get; } = new([.. _http2Ends.Keys], [true]);

    [Theory]
    [MemberData(nameof(Http1Cases))]
    [MemberData(nameof(Http2Cases))]
    public async Task Request_ClientLeaves_AppSeesTheSameAndTheLossIsNamed(string end, bool isHttp2)
    {
        await using var stage = await FaultStage.StartAsync(isHttp2, AppAsync, Token);
        var cells = Cells(end).ToList();

        await Parallel.ForEachAsync(
            cells,
            Token,
            async (cell, token) =>
                await stage.CompareAsync(
                    cell.Request,
                    (host, request, view, limit) =>
                        isHttp2
                            ? Http2Async(end, cell.Stage, host, request, view, limit)
                            : Http1Async(end, cell.Stage, host, request, view, limit),
                    token,
                    isSeen: cell.Stage != AbortStage.InTheHead
                )
        );

        var (ledger, _) = await stage.EndAsync(Token);
        var seen = cells.Where(cell => cell.Stage != AbortStage.InTheHead).ToList();
        var lost = ledger.Dropped.GetValueOrDefault("client_aborted");
        Assert.Equal(seen.Count, ledger.Seen);
        Assert.Empty(ledger.Dropped.Keys.Except(["client_aborted", "body_incomplete"], StringComparer.Ordinal));
        Assert.InRange(
            lost,
            seen.Count(cell => !cell.IsWhole),
            // What the server has received it does not hand out any more once the client is gone.
            seen.Count(cell => !cell.IsWhole || IsUnread(cell.Request))
        );

        // Over HTTP/2 an app that answers at once may be done before the body has come.
        Assert.InRange(
            ledger.Dropped.GetValueOrDefault("body_incomplete"),
            0,
            seen.Count(cell => isHttp2 && cell.Stage == AbortStage.AfterTheResponse && IsUnread(cell.Request))
        );
    }

    private static bool IsUnread(FaultRequest request) => request.Fields.Contains((Door, Unread));

    private static IEnumerable<(AbortStage Stage, FaultRequest Request, bool IsWhole)> Cells(string end) =>
        from stage in Enum.GetValues<AbortStage>()
        where stage != AbortStage.InTheHead || end != "resets the stream"
        from door in _doors
        from framing in Framings.All
        where framing != Framings.None || stage is not (AbortStage.AfterTheHead or AbortStage.InTheBody)
        let request = new FaultRequest(
            $"{stage}; {door}; {framing}",
            framing,
            BodyDoors.All["Body"].Body,
            "application/octet-stream",
            (Stage, stage.ToString()),
            (Door, door)
        )
        select (stage, request, stage is not (AbortStage.AfterTheHead or AbortStage.InTheBody));

    private static async Task AppAsync(HttpContext context)
    {
        var view = AppViews.Of(context);
        var stage = Enum.Parse<AbortStage>(context.Request.Headers[Stage].ToString());
        view.Started.SetResult();
        try
        {
            if (context.Request.Headers[Door] != Unread)
            {
                await BodyDoors.All[context.Request.Headers[Door].ToString()].ReadAll(context);
            }

            if (stage == AbortStage.WhileTheResponseIsWritten)
            {
                await WriteUntilAbortedAsync(context);
            }
            else if (stage != AbortStage.AfterTheResponse)
            {
                await AbortedAsync(context);
            }
        }
        catch (Exception exception)
        {
            view.NoteException("app", exception);
            await AbortedAsync(context);
            throw;
        }
    }

    private static async Task WriteUntilAbortedAsync(HttpContext context)
    {
        var block = new byte[16 * 1024];
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.Body.WriteAsync(block);
        }

        AppViews.Of(context).Note("aborted");
    }

    private static async Task AbortedAsync(HttpContext context)
    {
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = context.RequestAborted.Register(aborted.SetResult);
        await aborted.Task;
        AppViews.Of(context).Note("aborted");
    }

    private static async Task<string> Http1Async(
        string end,
        AbortStage stage,
        PrimaryHost host,
        FaultRequest request,
        AppView view,
        CancellationToken token
    )
    {
        using var client = await WireClient.OpenAsync(host, () => { }, token);
        var whole = request.ToHttp1();
        var head = request.HeadToHttp1().Length;
        var sent = stage switch
        {
            AbortStage.InTheHead => head / 2,
            AbortStage.AfterTheHead => head,
            AbortStage.InTheBody => head + Half,
            _ => whole.Length,
        };
        await client.SendAsync(whole.AsMemory(0, sent), token);
        var answer = "";
        if (stage == AbortStage.WhileTheResponseIsWritten)
        {
            for (var read = 0; read < 100_000; )
            {
                read += await client.ReadAsync(new byte[4096], token);
            }
        }
        else if (stage == AbortStage.AfterTheResponse)
        {
            answer = await client.ReadAnswerAsync(token);
        }
        else
        {
            await ReachedAsync(
                stage,
                request,
                view,
                Half - (request.Framing == Framings.Chunked ? ChunkOverhead : 0),
                token
            );
        }

        await _http1Ends[end](client, token);
        return answer;
    }

    private static async Task<string> Http2Async(
        string end,
        AbortStage stage,
        PrimaryHost host,
        FaultRequest request,
        AppView view,
        CancellationToken token
    )
    {
        using var client = await Http2Client.OpenAsync(host, token);
        await client.SendHeadAsync(request, token, isWhole: stage != AbortStage.InTheHead);
        if (stage > AbortStage.AfterTheHead && request.Framing != Framings.None)
        {
            var sent = stage == AbortStage.InTheBody ? Half : request.Content.Length;
            await client.SendBodyAsync(request.Content.AsMemory(0, sent), isEnd: stage != AbortStage.InTheBody, token);
        }

        if (stage == AbortStage.WhileTheResponseIsWritten)
        {
            await Eventually.HoldsAsync(
                () => client.DataReceived > 10_000,
                () => $"{client.DataReceived} bytes",
                token
            );
        }
        else if (stage == AbortStage.AfterTheResponse)
        {
            await client.StreamEnded.Task.WaitAsync(token);
        }
        else
        {
            await ReachedAsync(stage, request, view, Half, token);
        }

        await _http2Ends[end](client, token);

        // The connection stays as long as the app runs, so that it is the stream that ends it.
        if (stage != AbortStage.InTheHead)
        {
            await view.Ended.Task.WaitAsync(token);
        }

        return "";
    }

    private static async Task ReachedAsync(
        AbortStage stage,
        FaultRequest request,
        AppView view,
        int half,
        CancellationToken token
    )
    {
        if (stage == AbortStage.InTheHead)
        {
            return;
        }

        await view.Started.Task.WaitAsync(token);
        if (IsUnread(request))
        {
            return;
        }

        if (stage == AbortStage.InTheBody)
        {
            await Eventually.HoldsAsync(() => view.BytesRead >= half, () => $"{view.BytesRead} of {half} bytes", token);
        }
        else if (stage == AbortStage.WhileTheAppRuns)
        {
            await view.BodyDone.Task.WaitAsync(token);
        }
    }

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
