using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>The server, or the platform, sets an end to a request. All cells run side by side, because each of them is waiting.</summary>
public sealed class ServerLimitTests : FunctionalTest
{
    // The shortest that the server accepts: it looks once a second.
    private static readonly TimeSpan _shortest = TimeSpan.FromSeconds(1.1);

    [Fact]
    public async Task Request_LimitOfTheServerIsBroken_EndsTheSameAndTheLossIsNamed()
    {
        await using var stage = await FaultStage.StartAsync(
            isHttp2: false,
            context => ServerLimits.All[context.Request.Headers[FaultRequest.NameField].ToString()].App(context),
            Token,
            front: app => UseTimeOut(app, ServerLimits.TimeOutInFront),
            behind: app => UseTimeOut(app, ServerLimits.TimeOutBehind),
            kestrel: SetLimits,
            services: services =>
                services.AddRequestTimeouts(options =>
                    options.DefaultPolicy = new RequestTimeoutPolicy { Timeout = TimeSpan.FromMilliseconds(200) }
                )
        );

        await Task.WhenAll(
            ServerLimits.All.Select(limit =>
                stage.CompareAsync(
                    limit.Value.Request(limit.Key),
                    async (host, request, view, token) =>
                    {
                        using var client = await WireClient.OpenAsync(host, () => { }, token);
                        return await limit.Value.Client(client, request, view, token);
                    },
                    Token,
                    isSeen: limit.Value.IsSeen
                )
            )
        );

        var (ledger, copies) = await stage.EndAsync(Token);
        Assert.Equal(
            ServerLimits
                .All.Where(limit => limit.Value.IsCopied)
                .Select(limit => limit.Key)
                .Order(StringComparer.Ordinal),
            copies.Keys.Order(StringComparer.Ordinal)
        );
        var lost = ServerLimits.All.Values.Count(limit => limit is { IsSeen: true, IsCopied: false });
        Assert.Equal(
            $"seen {copies.Count + lost}, dropped.body_incomplete {lost}, completed.2xx {copies.Count}",
            LedgerAssert.Describe(ledger)
        );
    }

    private static void SetLimits(KestrelServerOptions kestrel)
    {
        kestrel.Limits.MaxRequestBodySize = ServerLimits.MaxBody;
        kestrel.Limits.RequestHeadersTimeout = _shortest;
        kestrel.Limits.KeepAliveTimeout = _shortest;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1000, gracePeriod: _shortest);
        kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 1_000_000_000, gracePeriod: _shortest);
    }

    private static void UseTimeOut(WebApplication app, string limit) =>
        app.UseWhen(
            context =>
                context.Request.Headers[FaultRequest.NameField].ToString().StartsWith(limit, StringComparison.Ordinal),
            branch => branch.UseRequestTimeouts()
        );
}
