using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>
/// Other middleware replaces the body, disposes it, reads it when it should not. Whatever becomes of the request becomes of it without
/// the mirror too, and what is copied is what arrived.
/// </summary>
public sealed class MeddlingTests : FunctionalTest
{
    private const string Meddler = "X-Meddler";
    private const string Door = "X-Door";

    // Somebody in front reads after the app what the app has left.
    private const string RestInFront = ", the rest in front";

    private static readonly Dictionary<string, Func<HttpRequest, Task<byte[]>>> _apps = new(StringComparer.Ordinal)
    {
        ["Body"] = ReadStreamAsync,
        ["Body, copied"] = CopyStreamAsync,
        ["Body, copied to what cannot take it, then read"] = async request =>
        {
            try
            {
                await request.Body.CopyToAsync(new MemoryStream(new byte[5]));
            }
            catch (NotSupportedException)
            {
                // It has no more room.
            }

            return await ReadStreamAsync(request);
        },
        ["BodyReader"] = ReadPipeAsync,
        ["part"] = ReadPartAsync,
        ["nothing"] = _ => Task.FromResult(Array.Empty<byte>()),
        [$"part{RestInFront}"] = ReadPartAsync,
        [$"nothing{RestInFront}"] = _ => Task.FromResult(Array.Empty<byte>()),
    };

    public static MatrixTheoryData<string, bool> Cases { get; } =
        new([Meddlers.InFront, Meddlers.Behind], [false, true]);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Request_OtherMiddlewareMeddles_EndsTheSameAndItsCopyIsExact(string place, bool isHttp2)
    {
        await using var stage = await FaultStage.StartAsync(
            isHttp2,
            AppAsync,
            Token,
            front: app =>
            {
                app.Use(ReadRestAsync);
                if (place == Meddlers.InFront)
                {
                    Use(app);
                }
            },
            behind: place == Meddlers.Behind ? Use : null
        );

        await Parallel.ForEachAsync(
            Cells(place, isHttp2),
            Token,
            async (request, token) =>
                await stage.CompareAsync(
                    request,
                    (host, cell, view, limit) => ExchangeAsync(isHttp2, host, cell, view, limit),
                    token
                )
        );

        await stage.EndAsync(Token);

        static void Use(WebApplication app) => app.Use(MeddleAsync);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Requests_ReadFromTwoTasks_EndAndNoCopyIsWrong(bool isHttp2)
    {
        await using var stage = await FaultStage.StartAsync(isHttp2, ReadTwiceAtOnceAsync, Token);
        var requests =
            from index in Enumerable.Range(0, 100)
            from framing in new[] { Framings.Length, Framings.Chunked }
            select new FaultRequest(
                $"{index}; {framing}",
                framing,
                RandomNumberGenerator.GetBytes(3000),
                "application/octet-stream"
            );

        // Over HTTP/2 such an app makes the server break off the connection, with and without the mirror: requests that were on their way
        // then never reach it.
        await Parallel.ForEachAsync(
            requests,
            Token,
            async (request, token) =>
                await stage.RunAsync(
                    request,
                    isHttp2 ? Exchanges.Http2Async : Exchanges.Http1Async,
                    token,
                    isSeen: false
                )
        );

        var (ledger, _) = await stage.EndAsync(Token, hasTwin: false);
        Assert.Empty(ledger.Dropped.Keys.Except(["body_incomplete", "client_aborted"], StringComparer.Ordinal));
    }

    [Fact]
    public async Task Body_KeptFromAnEarlierRequest_BringsItsBytesIntoNoCopy()
    {
        const string First = "first";
        const string Second = "second";
        await using var stage = await FaultStage.StartAsync(
            isHttp2: false,
            async context =>
            {
                var views = context.RequestServices.GetRequiredService<AppViews>();
                if (context.Request.Headers[FaultRequest.NameField] == First)
                {
                    views[First].Kept = context.Request.Body;
                }
                else
                {
                    // The server uses its stream again for each request of a connection.
                    views[First].Note($"steals {await views[First].Kept!.ReadAsync(new byte[100])} bytes");
                }

                views[First].Note($"reads {(await ReadStreamAsync(context.Request)).Length} bytes");
            },
            Token
        );

        await stage.CompareAsync(
            Request(First),
            async (host, request, _, token) =>
            {
                using var client = await WireClient.OpenAsync(host, () => { }, token);
                await client.SendAsync(request.ToHttp1(), token);
                var first = await client.ReadAnswerAsync(token);
                await client.SendAsync(Request(Second).ToHttp1(), token);
                return $"{first}, then {await client.ReadAnswerAsync(token)}";
            },
            Token
        );

        var (ledger, copies) = await stage.EndAsync(Token);
        Assert.Equal("seen 2, dropped.body_incomplete 1, completed.2xx 1", LedgerAssert.Describe(ledger));
        Assert.Equal([First], copies.Keys);

        static FaultRequest Request(string name) =>
            new(name, Framings.Length, BodyDoors.All["Body"].Body, "application/octet-stream");
    }

    private static IEnumerable<FaultRequest> Cells(string place, bool isHttp2) =>
        from meddler in Meddlers.All.Keys
        where !isHttp2 || !Meddlers.WithLeftovers.Contains(meddler)
        from app in _apps.Keys
        from framing in Framings.All
        select new FaultRequest(
            $"{meddler}; {app}; {framing}",
            framing,
            BodyDoors.All["Body"].Body,
            "application/octet-stream",
            (Meddler, meddler),
            (Meddlers.Place, place),
            (Door, app)
        );

    private static async Task<string> ExchangeAsync(
        bool isHttp2,
        PrimaryHost host,
        FaultRequest request,
        AppView view,
        CancellationToken token
    )
    {
        var answer = isHttp2
            ? await Exchanges.Http2Async(host, request, view, token)
            : await Exchanges.Http1Async(host, request, view, token);
        if (request.Fields.Any(field => field.Name == Meddler && Meddlers.WithLeftovers.Contains(field.Value)))
        {
            await view.LeftoverEnded.Task.WaitAsync(token);
        }

        return answer;
    }

    private static Task MeddleAsync(HttpContext context, RequestDelegate next) =>
        context.Request.Path == Exchanges.ProbePath
            ? next(context)
            : Meddlers.All[context.Request.Headers[Meddler].ToString()](context, next);

    private static Task AppAsync(HttpContext context) =>
        context.Request.Path == Exchanges.ProbePath
            ? context.Response.WriteAsync("alive")
            : AnswerAsync(context, _apps[context.Request.Headers[Door].ToString()]);

    // Not allowed: which of both gets the bytes, and what the other gets, is the server's own race.
    private static async Task ReadTwiceAtOnceAsync(HttpContext context)
    {
        await Task.WhenAll(Task.Run(ReadAsync), Task.Run(ReadAsync));

        async Task ReadAsync()
        {
            try
            {
                while (await context.Request.Body.ReadAsync(new byte[10]) > 0) { }
            }
            catch (InvalidOperationException)
            {
                // A read is under way.
            }
        }
    }

    private static async Task AnswerAsync(HttpContext context, Func<HttpRequest, Task<byte[]>> read)
    {
        string answer;
        try
        {
            var bytes = await read(context.Request);
            answer = $"{bytes.Length} bytes, {Convert.ToHexString(SHA256.HashData(bytes))}";
        }
        catch (Exception exception)
        {
            answer = $"{exception.GetType()} \"{exception.Message}\"";
        }

        AppViews.Of(context).Note(answer);
        if (!context.Response.HasStarted)
        {
            await context.Response.WriteAsync(answer);
        }
    }

    private static async Task ReadRestAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Request.Headers[Door].ToString().EndsWith(RestInFront, StringComparison.Ordinal))
        {
            await NoteRestAsync(context);
        }
    }

    private static async Task NoteRestAsync(HttpContext context)
    {
        var view = AppViews.Of(context);
        try
        {
            var (length, isCanceled) = (0L, false);
            while (true)
            {
                var result = await context.Request.BodyReader.ReadAsync();
                isCanceled |= result.IsCanceled;
                length += result.Buffer.Length;
                context.Request.BodyReader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    view.Note($"the rest is {length} bytes, cancelled {isCanceled}");
                    return;
                }
            }
        }
        catch (Exception exception)
        {
            view.Note($"the rest is {exception.GetType()} \"{exception.Message}\"");
        }
    }

    private static async Task<byte[]> ReadStreamAsync(HttpRequest request)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[777];
        while (await request.Body.ReadAsync(buffer) is var read and > 0)
        {
            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }

    private static async Task<byte[]> CopyStreamAsync(HttpRequest request)
    {
        using var bytes = new MemoryStream();
        await request.Body.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static async Task<byte[]> ReadPartAsync(HttpRequest request) =>
        [(byte)await request.Body.ReadAsync(new byte[5])];

    private static async Task<byte[]> ReadPipeAsync(HttpRequest request)
    {
        using var bytes = new MemoryStream();
        while (true)
        {
            var result = await request.BodyReader.ReadAsync();
            foreach (var segment in result.Buffer)
            {
                bytes.Write(segment.Span);
            }

            request.BodyReader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return bytes.ToArray();
            }
        }
    }
}
