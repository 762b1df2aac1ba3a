using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NLog;
using NLog.Targets;
using NLog.Web;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.Logging;

/// <summary>NLog with the posted body in its lines: its middleware reads the body, and winds it back, before the app does.</summary>
public sealed class NLogTests : NeighbourTest
{
    [Theory]
    [MemberData(nameof(WiresAndPlaces))]
    public async Task PostedBody_IsLoggedAnsweredAndCopied(Wire wire, Place place)
    {
        await using var twins = await new AppTwins
        {
            Configure = builder =>
            {
                builder.Services.AddSingleton<MemoryTarget>();
                builder.Logging.AddNLogWeb(CreateFactory);
            },
            Front = app => UseIf(app, place == Place.InFrontOfTheMirror),
            App = app =>
            {
                UseIf(app, place == Place.BehindTheMirror);
                app.MapPost("/orders", (Order order) => order);
            },
        }.StartAsync(Token);

        var posted = WireRequest.PostJson("/orders?a=%41", """{"id":"ä","quantity":2}""");
        await twins.AskAndCopyAsync(wire, posted, Token);
        await twins.AskAndCopyAsync(wire, posted with { IsChunked = true }, Token);
        await twins.AskAndCopyAsync(
            wire,
            WireRequest.PostJson("/orders", $$"""{"id":"{{new string('i', 20_000)}}"}"""),
            Token
        );

        await twins.AssertSettledAsync("seen 3, completed.2xx 3", Token);
        Assert.Contains(Logged(twins.Mirrored), line => line == """POST /orders {"id":"ä","quantity":2}""");
        Assert.Equal(Logged(twins.Plain), Logged(twins.Mirrored));
    }

    private static LogFactory CreateFactory(IServiceProvider services) =>
        new LogFactory()
            .Setup()
            .SetupExtensions(extensions => extensions.RegisterNLogWeb(services))
            .LoadConfiguration(configuration =>
            {
                var target = services.GetRequiredService<MemoryTarget>();
                target.Layout =
                    "${aspnet-request-method} ${aspnet-request-url:IncludeScheme=false:IncludeHost=false} "
                    + "${aspnet-request-posted-body}";
                configuration.ForLogger("NLogRequestLogging").FilterMinLevel(LogLevel.Info).WriteTo(target);
            })
            .LogFactory;

    private static void UseIf(WebApplication app, bool isHere)
    {
        if (isHere)
        {
            app.UseMiddleware<NLogRequestPostedBodyMiddleware>(new NLogRequestPostedBodyMiddlewareOptions());
            app.UseMiddleware<NLogRequestLoggingMiddleware>(new NLogRequestLoggingOptions());
        }
    }

    private static IList<string> Logged(RunningApp app) => app.Services.GetRequiredService<MemoryTarget>().Logs;
}
