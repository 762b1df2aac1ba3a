using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Bounds;

/// <summary>What is logged at Information or above depends neither on how many requests come nor on what stands in them.</summary>
public sealed class LogLineTests : FunctionalTest
{
    private const string Content = "c0ntent-of-a-request";
    private const int Few = 20;
    private const int Many = 200;

    // The first loss is told with its path, and with what the shadow sent where that was no response.
    private const string Path = "path-of-a-request";
    private const string Garbage = "garbage-of-a-shadow";

    // Each is a loss, a skip, or a request that the server refuses; each says something that belongs into no log.
    private static readonly byte[][] Requests =
    [
        RawRequest.Get($"/{Path}?{Content}", $"X-{Content}: {Content}", $"Cookie: {Content}"),
        RawRequest.Build($"X-{Path}", $"/{Path}", [], body: null),
        RawRequest.Build("get", $"/{Path}", [$"Authorization: {Content}"], Encoding.ASCII.GetBytes(Content)),
        RawRequest.Get("/x", $"X-Shadow-Request: {Content}"),
        RawRequest.Get("/x", $"X-(Odd): {Content}"),
        RawRequest.Get("/x", "Connection: Upgrade", $"Upgrade: {Content}"),
        RawRequest.Build("OPTIONS", "*", [$"X-One: {Content}"], body: null),
        RawRequest.Build("POST", $"/{Path}", [], Encoding.ASCII.GetBytes(new string('x', 3000) + Content)),
        [.. RawRequest.Head("POST", $"/part/{Path}", "Content-Length: 1500"), .. Encoding.ASCII.GetBytes(Content)],
        RawRequest.Get($"/%0d%0a{Path}%00", $"Referer: {Content}", $"Content-Type: {Content}"),
        RawRequest.Get($"http://{Path}/x", $"Host: {Path}"),
        Encoding.ASCII.GetBytes($"{Content}\r\n\r\n"),
    ];

    private static readonly Dictionary<string, ShadowScript> Shadows = new(StringComparer.Ordinal)
    {
        ["answers"] = ShadowScripts.Answer(),
        ["resets"] = ShadowScripts.Reset(),
        ["hangs"] = ShadowScripts.Hang(),
        ["sends garbage"] = ShadowScripts.AnswerAndClose($"{Garbage}\r\n\r\n"),
        ["answers odd fields"] = ShadowScripts.Answer(
            $"HTTP/1.1 999 {Content}\r\nX-{Content}: {Content}\r\nContent-Length: 0\r\n\r\n"
        ),
    };

    public static TheoryData<string> ShadowNames { get; } = [.. Shadows.Keys];

    [Theory]
    [MemberData(nameof(ShadowNames))]
    public async Task Lines_OfAnyRequests_AreAsManyForFewAsForMany(string shadow)
    {
        var few = await LinesAfterAsync(shadow, Few);
        var many = await LinesAfterAsync(shadow, Many);

        // The start, what it warns of, the losses once, the breaker once. That the statuses differ takes more answers than few requests bring.
        Assert.InRange(few.Count, 2, 6);
        Assert.Equal(few.Count(line => !IsOfStatuses(line)), many.Count(line => !IsOfStatuses(line)));
        Assert.InRange(many.Count(IsOfStatuses), 0, 1);
        Assert.DoesNotContain(many, line => Says(line, Content));
        Assert.InRange(many.Count(line => Says(line, Path) || Says(line, Garbage)), 0, 1);
        Assert.All(
            many.Where(line => Says(line, Path) || Says(line, Garbage)),
            line => Assert.Contains("loses copies; the first one", line.Message, StringComparison.Ordinal)
        );
    }

    private async Task<List<LogEntry>> LinesAfterAsync(string name, int rounds)
    {
        await using var shadow = RawShadow.Start(Shadows[name]);
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings =
            {
                ["Shadows:v2:MaxBodyBytes"] = "2000",
                ["Shadows:v2:QueueCapacity"] = "5",
                ["Shadows:v2:MaxConcurrency"] = "2",
                ["Shadows:v2:Timeout"] = "00:00:00.1",
                ["Shadows:v2:QueueTimeout"] = "00:00:00.2",
                ["Shadows:v2:CircuitBreaker:MinimumThroughput"] = "2",
                ["Shadows:v2:CircuitBreaker:BreakDuration"] = "01:00:00",
            },
            App = app =>
                app.Run(async context =>
                {
                    if (context.Request.Path.StartsWithSegments("/part", StringComparison.Ordinal))
                    {
                        await context.Request.Body.ReadExactlyAsync(new byte[10], context.RequestAborted);
                        return;
                    }

                    await SampleApp.EchoAsync(context);
                }),
        }.StartAsync(Token);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SendAsync(environment, rounds / 4)));
        await environment.WaitUntilSettledAsync(Token);

        return [.. environment.Logs.Entries.Where(IsOfTheMirror)];
    }

    private async Task SendAsync(MirrorEnvironment environment, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            foreach (var request in Requests)
            {
                // Whatever the server answers, or whether it closes.
                using var connection = await environment.Primary.ConnectAsync(Token);
                await connection.SendAsync(request, Token);
                _ = await connection.IsAnsweredAsync(Token);
            }
        }
    }

    private static bool Says(LogEntry line, string text) =>
        $"{line.Message} {line.Exception}".Contains(text, StringComparison.OrdinalIgnoreCase);

    private static bool IsOfStatuses(LogEntry line) =>
        line.Message.Contains("answers 999, or another status of its class", StringComparison.Ordinal);

    // The server and the host have lines of their own for each request, with the mirror as without it.
    private static bool IsOfTheMirror(LogEntry entry) =>
        entry.Level >= LogLevel.Information
        && !entry.Category.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal)
        && !entry.Category.StartsWith("Microsoft.Hosting.", StringComparison.Ordinal);
}
