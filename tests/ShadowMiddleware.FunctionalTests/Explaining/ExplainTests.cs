using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Explaining;

/// <summary>What is said of a request is what becomes of it.</summary>
public sealed class ExplainTests : FunctionalTest
{
    private static readonly Dictionary<string, string?> _settings = new(StringComparer.Ordinal)
    {
        ["Shadows:v2:Rules:0:Paths:0"] = "/health",
        ["Shadows:v2:Rules:0:Percent"] = "0",
        ["Shadows:v2:Rules:1:Hosts:0"] = "*.example.com",
        ["Shadows:v2:Rules:1:Percent"] = "100",
        ["Shadows:v2:Rules:2:Headers:X-Beta"] = "1",
        ["Shadows:v2:Rules:2:Percent"] = "100",
        ["Shadows:v2:Percent"] = "0",
        ["Shadows:v2:Writes"] = "Skip",
        ["Shadows:v2:RewritePath:Pattern"] = "^/api/",
        ["Shadows:v2:RewritePath:Replacement"] = "/v2/",
        ["Shadows:v2:ForwardedHeaders"] = "Append",
        ["Shadows:v2:HostHeader"] = "OriginalWithShadowSuffix",
        ["Shadows:v2:RemoveHeaders:0"] = "X-Gone",
        ["Shadows:v2:SetHeaders:X-Set"] = "a secret",
    };

    private static readonly string[] _ambiguous = ["one", "two"];

    [Theory]
    [InlineData("GET", "/health", "Host: a.test", "rule", "Shadows:v2:Rules:0")]
    [InlineData("GET", "/h%65alth", "Host: a.test", "rule", "Shadows:v2:Rules:0")]
    [InlineData("GET", "/api/x?q=1", "Host: a.example.com", null, "Shadows:v2:Rules:1")]
    [InlineData("GET", "/x", "Host: a.test\r\nX-Beta: 1\r\nX-Gone: yes", null, "Shadows:v2:Rules:2")]
    [InlineData("GET", "/x", "Host: a.test\r\nX-Beta: 2\r\nX-BETA: 1", null, "Shadows:v2:Rules:2")]
    [InlineData("GET", "/x", "Host: a.test", "not_sampled", "Shadows:v2:Percent")]
    [InlineData("POST", "/x", "Host: a.example.com", "writes", "Shadows:v2:Rules:1")]
    [InlineData("GET", "/open/5", "Host: a.test\r\nX-Forwarded-For: 10.0.0.1", null, "endpoint")]
    [InlineData("GET", "/open/x", "Host: a.test", "not_sampled", "Shadows:v2:Percent")]
    [InlineData("POST", "/open/5", "Host: a.test", "writes", "Shadows:v2:Percent")]
    [InlineData("GET", "/closed", "Host: a.example.com", "endpoint", "endpoint")]
    [InlineData(
        "GET",
        "/shadow/none",
        "Host: a.example.com\r\nX-Shadow-Request: v1;id=\"0\"",
        "loop",
        "Shadows:v2:Rules:1"
    )]
    [InlineData("OPTIONS", "*", "Host: a.example.com", "target", "Shadows:v2:Rules:1")]
    [InlineData("GET", "/api/../health", "Host: a.test", "rule", "Shadows:v2:Rules:0")]
    [InlineData("GET", "/a/b/%2e%2E/%2e./health?x=/../y", "Host: a.test", "rule", "Shadows:v2:Rules:0")]
    [InlineData("GET", "/../.%2e/./health", "Host: a.test", "rule", "Shadows:v2:Rules:0")]
    [InlineData("GET", "/health/.", "Host: a.test", "rule", "Shadows:v2:Rules:0")]
    [InlineData("GET", "/x/..health/...", "Host: a.example.com", null, "Shadows:v2:Rules:1")]
    [InlineData("GET", "/open/x/../5", "Host: a.test", null, "endpoint")]
    [InlineData("GET", "/open%2F5", "Host: a.test", "not_sampled", "Shadows:v2:Percent")]
    [InlineData("GET", "/open/%2e%2e%2fhealth", "Host: a.test", "not_sampled", "Shadows:v2:Percent")]
    [InlineData(
        "GET",
        "/x",
        "Host: a.example.com\r\nConnection: x-upgrade\r\nUpgrade: websocket",
        null,
        "Shadows:v2:Rules:1"
    )]
    public async Task Explain_OfARequest_SaysWhatBecomesOfIt(
        string method,
        string target,
        string fields,
        string? reason,
        string decidedBy
    )
    {
        await using var shadow = await new RecordingShadow().StartAsync(Token);
        await using var environment = await StartAsync(shadow);

        var answer = Explain(environment, method, target, fields);
        if (method == "POST")
        {
            fields += "\r\nContent-Length: 0";
        }

        await environment.Primary.ExchangeAsync(RawRequest.Head(method, target, fields), Token);

        Assert.Equal((reason, decidedBy), (answer.SkipReason, answer.DecidedBy));
        Assert.Equal(reason is null ? 100 : 0, answer.Percent);
        if (reason is not null)
        {
            Assert.Null(answer.Copy);
            await environment.WaitUntilLedgerIsAsync($"seen 1, skipped.{reason} 1", Token);
            return;
        }

        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
        var sent = await shadow.NextAsync(Token);
        var copy = answer.Copy!;
        Assert.Equal((sent.Method, shadow.Address + sent.Target), (copy.Method, copy.Address));
        Assert.Equal(sent.Host, copy.Host);
        Assert.Equal("1.1", copy.HttpVersion);
        Assert.Equal(
            sent.Headers.Keys.Where(name => name != "Host").Order(StringComparer.OrdinalIgnoreCase),
            copy.Headers.Select(field => field.Key).Order(StringComparer.OrdinalIgnoreCase)
        );
        Assert.All(
            copy.Headers.Where(field => field.Key is not ("X-Shadow-Request" or "X-Set" or "X-Forwarded-For")),
            field => Assert.Equal(sent.Headers[field.Key], field.Value)
        );
        Assert.Equal("***", copy.Headers.Single(field => field.Key == "X-Set").Value);
    }

    [Fact]
    public async Task Explain_OfAnything_LeavesNoTrace()
    {
        var ran = 0;
        await using var shadow = await new RecordingShadow().StartAsync(Token);
        await using var environment = await StartAsync(
            shadow,
            app =>
            {
                app.MapGet("/short", () => Interlocked.Increment(ref ran)).ShortCircuit();
                app.MapGet("/runs", () => Interlocked.Increment(ref ran));
                app.MapGet("/authorized", () => Interlocked.Increment(ref ran)).RequireAuthorization();
                foreach (var parameter in _ambiguous)
                {
                    app.MapGet($"/{{{parameter}}}/x", () => "ambiguous");
                }
            }
        );

        foreach (var target in new[] { "/short", "/runs", "/authorized", "/a/x", "/nothing", "/open/5" })
        {
            _ = Explain(environment, "GET", target, "Host: a.example.com");
        }

        Assert.Equal(0, ran);
        Assert.Equal(0, environment.Ledger.GetSnapshot().Shadows["v2"].Seen);
        Assert.Equal(0, shadow.Received);
        Assert.Contains("/short", EndpointOf("/short"), StringComparison.Ordinal);
        Assert.Contains("/authorized", EndpointOf("/authorized"), StringComparison.Ordinal);
        Assert.Null(EndpointOf("/a/x"));

        string? EndpointOf(string target) =>
            environment.Service<ITrafficMirroringControl>().Explain("GET", target).Endpoint;
    }

    [Fact]
    public async Task Explain_OfAnEndpointThatEndsInRouting_SaysThatThereIsNoCopy()
    {
        await using var shadow = await new RecordingShadow().StartAsync(Token);
        await using var environment = await StartAsync(
            shadow,
            app => app.MapGet("/short", () => "short").ShortCircuit()
        );

        var answer = Explain(environment, "GET", "/short", "Host: a.example.com");
        await environment.Primary.ExchangeAsync(RawRequest.Get("/short", "Host: a.example.com"), Token);
        await environment.Primary.ExchangeAsync(RawRequest.Get("/x", "Host: a.example.com"), Token);

        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
        Assert.Equal("/x", (await shadow.NextAsync(Token)).Target);
        Assert.Equal(("endpoint", "endpoint", 0.0), (answer.SkipReason, answer.DecidedBy, answer.Percent));
        Assert.Null(answer.Copy);
    }

    [Fact]
    public async Task Explain_OfSecrets_MasksThemAll()
    {
        const string Secret = "S3CRET";
        await using var shadow = await new RecordingShadow().StartAsync(Token);
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { ["Shadows:v2:SetHeaders:X-Plain"] = Secret, ["Shadows:v2:SetHeaders:Accept"] = Secret },
            ConfigureOptions = options =>
                options.Shadows["v2"].UseBearerToken(_ => new(new BearerToken(Secret, DateTimeOffset.MaxValue))),
            ConfigureMirroring = mirroring =>
                mirroring.AddTransform(request =>
                {
                    request.Headers.Set("X-From-Code", Secret);
                    request.Headers.Set("User-Agent", Secret);
                }),
        }.StartAsync(Token);

        var answer = environment
            .Service<ITrafficMirroringControl>()
            .Explain(
                "GET",
                "/x",
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["Cookie"] = Secret,
                    ["Authorization"] = $"Bearer {Secret}",
                    ["X-Api-Key"] = Secret,
                    ["X-Auth-Request-User"] = Secret,
                    ["User-Agent"] = "harmless",
                    ["Accept"] = "text/plain",
                    ["Accept-Language"] = "harmless, too",
                }
            );

        Assert.DoesNotContain(Secret, answer.ToString(), StringComparison.Ordinal);
        var copy = answer.Shadows["v2"].Copy!;
        Assert.DoesNotContain(copy.Headers, field => field.Value.Contains(Secret, StringComparison.Ordinal));
        Assert.Equal(
            [
                "Accept",
                "Authorization",
                "Cookie",
                "User-Agent",
                "X-Api-Key",
                "X-Auth-Request-User",
                "X-From-Code",
                "X-Plain",
            ],
            copy.Headers.Where(field => field.Value == "***").Select(field => field.Key).Order(StringComparer.Ordinal)
        );
        Assert.Contains("harmless, too", answer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_OfATarget_MasksWhatCodeAndCredentialsPutIntoItsQuery()
    {
        const string Secret = "S3CRET";
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = "http://127.0.0.1:9" },
            Settings = { ["Shadows:v2:RedactQuery:0"] = "token" },
            ConfigureMirroring = mirroring =>
                mirroring.AddTransform(request =>
                {
                    request.Query += $"&code={Secret};x={Secret}&{Secret}";
                    Assert.StartsWith("Bearer ", request.Headers.Get("Authorization"), StringComparison.Ordinal);
                }),
            ConfigureOptions = options =>
                options.Shadows["v2"].UseBearerToken(_ => new(new BearerToken(Secret, DateTimeOffset.MaxValue))),
        }.StartAsync(Token);
        var control = environment.Service<ITrafficMirroringControl>();

        var answer = control.Explain("GET", $"/x?q=1&token={Secret}&access_token={Secret}&%61pi%4Bey={Secret}&r");

        Assert.DoesNotContain(Secret, answer.ToString(), StringComparison.Ordinal);
        Assert.Equal(
            "http://127.0.0.1:9/x?q=1&token=redacted&access_token=***&%61pi%4Bey=***&r&code=***;x=***&***",
            answer.Shadows["v2"].Copy?.Address
        );
    }

    [Fact]
    public async Task Explain_OfAGrpcCall_SaysHttp2()
    {
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = "http://127.0.0.1:9" },
        }.StartAsync(Token);

        var answer = Explain(environment, "POST", "/s/M", "Host: a\r\nContent-Type: application/grpc\r\nTE: trailers");

        Assert.Equal("2", answer.Copy?.HttpVersion);
        Assert.Contains(answer.Copy!.Headers, field => field is { Key: "TE", Value: "trailers" });
    }

    [Fact]
    public async Task Explain_OfAPredicateThatThrows_LeavesTheLogToARealRequest()
    {
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = "http://127.0.0.1:9" },
            ConfigureOptions = options =>
                options.Shadows["v2"].When(_ => throw new InvalidOperationException("a secret")),
        }.StartAsync(Token);

        var answer = Explain(environment, "GET", "/x", "Host: a");

        Assert.Equal("rule", answer.SkipReason);
        Assert.DoesNotContain(environment.Logs.Entries, entry => entry.Level >= LogLevel.Error);
        await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);
        Assert.Single(environment.Logs.Entries, entry => entry.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task Explain_WhereTheMirrorStandsBeforeRouting_FindsNoEndpoint()
    {
        await using var shadow = await new RecordingShadow().StartAsync(Token);
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            App = app =>
            {
                app.UseRouting();
                app.MapGet("/closed", () => "closed").DisableTrafficMirroring();
            },
        }.StartAsync(Token);

        var answer = environment.Service<ITrafficMirroringControl>().Explain("GET", "/closed");
        await environment.Primary.ExchangeAsync(RawRequest.Get("/closed"), Token);

        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
        Assert.Null(answer.Endpoint);
        Assert.Null(answer.Shadows["v2"].SkipReason);
    }

    [Fact]
    public async Task Explain_OfATransformThatThrows_SaysSoAndNotWhatItSays()
    {
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = "http://127.0.0.1:9" },
            ConfigureMirroring = mirroring =>
                mirroring.AddTransform(_ => throw new InvalidOperationException("a secret")),
        }.StartAsync(Token);

        var answer = environment.Service<ITrafficMirroringControl>().Explain("GET", "/x");

        Assert.Equal((100.0, null, nameof(InvalidOperationException)), Figures(answer.Shadows["v2"]));
        Assert.Null(answer.Shadows["v2"].Copy);
        Assert.DoesNotContain("a secret", answer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_OfAShare_SaysTheChanceOrWhatTheKeyDecides()
    {
        await using var shadow = await new RecordingShadow().StartAsync(Token);
        await using var environment = await new MirrorEnvironment
        {
            Shadows =
            {
                ["v2"] = shadow.Address,
                ["v3"] = shadow.Address,
                ["v4"] = shadow.Address,
            },
            Settings =
            {
                ["Shadows:v2:Percent"] = "35",
                ["Shadows:v3:Percent"] = "35",
                ["Shadows:v3:SampleBy"] = "Claim:sub",
                ["Shadows:v4:Percent"] = "35",
                ["Shadows:v4:SampleBy"] = "TraceId",
            },
            BeforeMirror = app =>
                app.Use(
                    (context, next) =>
                    {
                        context.User = User(context.Request.Query["user"]!);
                        return next(context);
                    }
                ),
        }.StartAsync(Token);
        var control = environment.Service<ITrafficMirroringControl>();
        control.SetCeiling("v2", 20);

        var nobody = control.Explain("GET", "/x").Shadows;
        Assert.Equal([20, 35, 35], nobody.Values.Select(one => one.Percent));
        Assert.Equal([20, 100, 100], nobody.Values.Select(one => one.Ceiling));

        // Each of them is answered as it is then drawn.
        var expected = 0;
        for (var user = 0; user < 50; user++)
        {
            var percent = control.Explain("GET", "/x", user: User($"{user}")).Shadows["v3"].Percent;
            Assert.True(percent is 0 or 100);
            expected += percent > 0 ? 1 : 0;
            await environment.Primary.ExchangeAsync(RawRequest.Get($"/x?user={user}"), Token);
        }

        var v3 = await environment.WaitUntilSettledAsync(Token, "v3");
        Assert.InRange(expected, 1, 49);
        Assert.Equal(expected, v3.Mirrored);

        var traced = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        };
        Assert.True(control.Explain("GET", "/x", traced).Shadows["v4"].Percent is 0 or 100);
    }

    [Fact]
    public async Task Explain_OfWhatComesAfterTheResponse_SaysWhatIsAskedOfIt()
    {
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = "http://127.0.0.1:9" },
            Settings =
            {
                ["Shadows:v2:Rules:0:ResponseStatus:0"] = "2xx",
                ["Shadows:v2:Rules:0:ResponseStatus:1"] = "404",
            },
            ConfigureOptions = options => options.Shadows["v2"].WhenResponse(_ => true),
        }.StartAsync(Token);

        var answer = environment.Service<ITrafficMirroringControl>().Explain("GET", "/x").Shadows["v2"];

        Assert.Equal(["2xx", "404"], answer.ResponseStatus);
        Assert.True(answer.AsksWhenResponse);
    }

    [Fact]
    public async Task Explain_OfAnOperatorsAndTheConfigurationsSwitches_SaysThem()
    {
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = "http://127.0.0.1:9", ["v3"] = "http://127.0.0.1:9" },
            Settings = { ["Shadows:v3:Until"] = "2001-01-01T00:00:00Z" },
        }.StartAsync(Token);
        var control = environment.Service<ITrafficMirroringControl>();
        control.SetPaused("v2", paused: true);

        Assert.Equal(["paused", "disabled"], control.Explain("GET", "/").Shadows.Values.Select(one => one.SkipReason));
        environment.Reload(("Enabled", "false"));
        Assert.Equal(
            ["disabled", "disabled"],
            control.Explain("GET", "/").Shadows.Values.Select(one => one.SkipReason)
        );
    }

    [Fact]
    public async Task Explain_OfAWebSocket_SaysUpgrade()
    {
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = "http://127.0.0.1:9" },
        }.StartAsync(Token);

        var answer = Explain(
            environment,
            "GET",
            "/x",
            "Host: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket"
        );

        Assert.Equal("upgrade", answer.SkipReason);
    }

    [Theory]
    [InlineData("", "/x", "A", "b")]
    [InlineData("G T", "/x", "A", "b")]
    [InlineData("GET", "", "A", "b")]
    [InlineData("GET", "x", "A", "b")]
    [InlineData("GET", "*", "A", "b")]
    [InlineData("GET", "/a b", "A", "b")]
    [InlineData("GET", "/a#b", "A", "b")]
    [InlineData("GET", "http://a/x", "A", "b")]
    [InlineData("GET", "/x", "", "b")]
    [InlineData("GET", "/x", "A:", "b")]
    [InlineData("GET", "/x", "A", "b\r\nC: d")]
    public async Task Explain_OfWhatNoRequestCanBe_IsRefused(string method, string target, string name, string value)
    {
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = "http://127.0.0.1:9" },
        }.StartAsync(Token);
        var control = environment.Service<ITrafficMirroringControl>();

        Assert.Throws<ArgumentException>(() => control.Explain(method, target, [new(name, value)]));
    }

    private async Task<MirrorEnvironment> StartAsync(RecordingShadow shadow, Action<WebApplication>? map = null)
    {
        var environment = new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            App = app =>
            {
                app.MapGet("/open/{id:int}", (int id) => id).WithTrafficMirroring(percent: 100);
                app.MapGet("/closed", () => "closed").DisableTrafficMirroring();
                map?.Invoke(app);
                app.MapFallback(() => "fallback");
            },
        };
        foreach (var (key, value) in _settings)
        {
            environment.Settings[key] = value;
        }

        return await environment.StartAsync(Token);
    }

    private static ShadowExplanation Explain(
        MirrorEnvironment environment,
        string method,
        string target,
        string fields
    ) =>
        environment
            .Service<ITrafficMirroringControl>()
            .Explain(
                method,
                target,
                fields
                    .Split("\r\n")
                    .Select(line => line.Split(": ", 2))
                    .Select(pair => KeyValuePair.Create(pair[0], pair[1]))
            )
            .Shadows["v2"];

    private static (double, string?, string?) Figures(ShadowExplanation answer) =>
        (answer.Percent, answer.SkipReason, answer.CopyFault);

    private static ClaimsPrincipal User(string name) => new(new ClaimsIdentity([new Claim("sub", name)], "test"));
}
