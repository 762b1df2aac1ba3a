using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.Logging;

/// <summary>Serilog as the app's log, and its line for each request.</summary>
public sealed partial class SerilogTests : NeighbourTest
{
    [Theory]
    [MemberData(nameof(WiresAndPlaces))]
    public async Task RequestLog_IsTheSame(Wire wire, Place place)
    {
        await using var twins = await new AppTwins
        {
            Configure = builder =>
            {
                builder.Services.AddSingleton<Lines>();
                builder.Services.AddSerilog(
                    (services, log) => log.WriteTo.Sink(services.GetRequiredService<Lines>()),
                    preserveStaticLogger: true,
                    writeToProviders: true
                );
            },
            Front = app => UseIf(app, place == Place.InFrontOfTheMirror),
            App = app =>
            {
                UseIf(app, place == Place.BehindTheMirror);
                app.MapPost("/orders", (Order order) => order);
                app.MapPost("/throw", (Order _) => Throw());
            },
        }.StartAsync(Token);

        const string json = """{"id":"1","quantity":1}""";
        var answer = await twins.AskAndCopyAsync(wire, WireRequest.PostJson("/orders?a=%41", json), Token);
        var failed = await twins.AskAndCopyAsync(wire, WireRequest.PostJson("/throw", json), Token);

        Assert.Equal((200, 500), (answer.Status, failed.Status));
        await twins.AssertSettledAsync("seen 2, completed.2xx 2", Token);
        Assert.Equal(["HTTP POST /orders responded 200", "HTTP POST /throw responded 500"], Logged(twins.Mirrored));
        Assert.Equal(Logged(twins.Plain), Logged(twins.Mirrored));
    }

    private static void UseIf(WebApplication app, bool isHere)
    {
        if (isHere)
        {
            app.UseSerilogRequestLogging(log => log.Logger = app.Services.GetRequiredService<Serilog.ILogger>());
        }
    }

    private static Order Throw() => throw new NotSupportedException("the app's own");

    private static IEnumerable<string> Logged(RunningApp app) =>
        app.Services.GetRequiredService<Lines>().OfRequests.Select(line => Duration().Replace(line, ""));

    [GeneratedRegex(" in [0-9.]+ ms")]
    private static partial Regex Duration();

    private sealed class Lines : ILogEventSink
    {
        private readonly ConcurrentQueue<string> _lines = [];

        public IEnumerable<string> OfRequests =>
            _lines
                .Where(line => line.StartsWith("HTTP ", StringComparison.Ordinal))
                .Select(line => line.Replace("\"", "", StringComparison.Ordinal));

        public void Emit(LogEvent logEvent) =>
            _lines.Enqueue(logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture));
    }
}
