using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>
/// The app throws: at every point, through every door, with every framing, behind everything that deals with exceptions. The client
/// receives the same bytes, who stands in front sees the same object, and nobody else's exception leaves.
/// </summary>
public sealed class ThrowTests : FunctionalTest
{
    private const string Front = "X-Front";
    private const string Point = "X-Point";
    private const string Door = "X-Door";

    public static MatrixTheoryData<string, bool> Cases { get; } = new([.. Fronts.All.Keys], [false, true]);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Request_AppThrows_OnlyTheAppsOwnExceptionLeaves(string front, bool isHttp2)
    {
        await using var stage = await FaultStage.StartAsync(isHttp2, AppAsync, Token, front: UseFronts);

        await Parallel.ForEachAsync(
            Cells(front),
            Token,
            async (request, token) =>
                await stage.CompareAsync(
                    request,
                    (host, cell, view, end) => ExchangeAsync(front, isHttp2, host, cell, view, end),
                    token
                )
        );

        var (ledger, _) = await stage.EndAsync(Token);
        if (isHttp2)
        {
            // A body that the app does not wait for may come in frames of its own, after the app.
            Assert.Empty(ledger.Dropped.Keys.Except(["body_incomplete"], StringComparer.Ordinal));
        }
        else
        {
            Assert.Equal($"seen {ledger.Seen}, completed.2xx {ledger.Seen}", LedgerAssert.Describe(ledger));
        }
    }

    private static IEnumerable<FaultRequest> Cells(string front) =>
        from point in ThrowPoints.All
        from door in BodyDoors.All
        where point.Value.Reads || door.Key == "Body"
        from framing in Framings.All
        select new FaultRequest(
            $"{point.Key}; {door.Key}; {framing}",
            framing,
            door.Value.Body,
            door.Value.ContentType,
            (Front, front),
            (Point, point.Key),
            (Door, door.Key)
        );

    private static void UseFronts(WebApplication app)
    {
        foreach (var (name, use) in Fronts.All)
        {
            app.UseWhen(context => context.Request.Headers[Front] == name, use);
        }
    }

    // Not async: what the point throws at once is thrown at once.
    private static Task AppAsync(HttpContext context) =>
        context.Request.Path.Value switch
        {
            "/error" => Fronts.ShowErrorAsync(context),
            Exchanges.ProbePath => context.Response.WriteAsync("alive"),
            _ => ThrowPoints
                .All[context.Request.Headers[Point].ToString()]
                .Run(context, BodyDoors.All[context.Request.Headers[Door].ToString()]),
        };

    private static async Task<string> ExchangeAsync(
        string front,
        bool isHttp2,
        PrimaryHost host,
        FaultRequest request,
        AppView view,
        CancellationToken token
    )
    {
        var sight = isHttp2
            ? await Exchanges.Http2Async(host, request, view, token)
            : await Exchanges.Http1Async(host, request, view, token);
        return front == Fronts.DeveloperPage ? WithoutStack(sight) : sight;
    }

    // The page shows the frames between the fault and itself, and so the mirror's, and says how long it is.
    private static string WithoutStack(string page)
    {
        var lines = page.Split('\n');
        var origin = Array.FindIndex(lines, line => line.StartsWith("   at ", StringComparison.Ordinal));
        return string.Join(
            '\n',
            lines.Where(
                (line, index) =>
                    index == origin
                    || !(
                        line.StartsWith("   at ", StringComparison.Ordinal)
                        || line.StartsWith("--- End of stack", StringComparison.Ordinal)
                        || IsChunkSize(line)
                    )
            )
        );
    }

    private static bool IsChunkSize(string line) =>
        line.EndsWith('\r') && line.Length > 1 && line[..^1].All(char.IsAsciiHexDigitLower);
}
