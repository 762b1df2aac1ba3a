using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ReadersApp;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Tests.Documentation;

/// <summary>The snippets do what the text beside them says.</summary>
public class SnippetBehaviourTests
{
    [Fact]
    public void The_client_of_a_shadow_gets_the_certificate_and_keeps_its_settings()
    {
        using var certificate = CreateCertificate();
        var builder = WebApplication.CreateSlimBuilder();
        ReadersApp.ShadowClient.ClientCertificate(builder, certificate);
        using var services = builder.Services.BuildServiceProvider();

        var handler = Assert.IsType<SocketsHttpHandler>(
            Innermost(
                services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(ShadowClientNames.Own("v2"))
            )
        );

        Assert.Same(certificate, Assert.Single(handler.SslOptions.ClientCertificates!));
        Assert.False(handler.AllowAutoRedirect);
        Assert.False(handler.UseCookies);
    }

    [Fact]
    public void The_careful_options_leave_writes_and_cookies_out_and_replace_the_token()
    {
        var shadow = Read(OptionsInCode.Careful).Shadows.Single();

        Assert.Equal("shadow", shadow.Name);
        Assert.Equal(WritePolicy.Skip, shadow.Writes);
        Assert.Contains("cookie", (IReadOnlySet<string>)shadow.RemoveHeaders);
        Assert.Contains(
            new KeyValuePair<string, string>("Authorization", "Bearer for-the-shadow"),
            shadow.SetHeaders.AsEnumerable()
        );
    }

    [Fact]
    public void Code_on_top_of_the_section_adds_to_the_shadow_of_the_section()
    {
        var shadow = Read(builder =>
        {
            builder.Configuration["TrafficMirroring:Shadows:v2:Address"] = "https://orders-v2.internal";
            builder.Configuration["ShadowToken"] = "for-the-shadow";
            OptionsOnTop.OnTopOfTheSection(builder);
        })
            .Shadows.Single();

        Assert.Equal("https://orders-v2.internal", shadow.Address);
        Assert.Contains(
            new KeyValuePair<string, string>("Authorization", "Bearer for-the-shadow"),
            shadow.SetHeaders.AsEnumerable()
        );
    }

    [Fact]
    public void A_snapshot_can_be_written_as_json()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddTrafficMirroring(options => options.MirrorTo("https://orders-v2.internal"));
        using var services = builder.Services.BuildServiceProvider();
        services.GetRequiredService<ShadowDirectory>();

        var json = JsonSerializer.Serialize(
            services.GetRequiredService<ITrafficMirroringLedger>().GetSnapshot().Shadows,
            JsonSerializerOptions.Web
        );

        Assert.StartsWith("""{"shadow":{"seen":0,"skipped":{},""", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, 0, StatusCodes.Status409Conflict)]
    [InlineData(999, 0, 0, StatusCodes.Status409Conflict)]
    [InlineData(1000, 4, 6, StatusCodes.Status200OK)]
    [InlineData(1000, 5, 6, StatusCodes.Status409Conflict)]
    public async Task The_gate_opens_on_enough_copies_of_which_few_went_wrong(
        int mirrored,
        int failed,
        int serverErrors,
        int expected
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton<ITrafficMirroringLedger>(new StubLedger(mirrored, failed, serverErrors));
        await using var app = builder.Build();
        Gate.Map(app);
        var endpoint = Assert.Single(((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints));
        var context = new DefaultHttpContext { RequestServices = app.Services };

        await endpoint.RequestDelegate!(context);

        Assert.Equal(expected, context.Response.StatusCode);
    }

    private static MirroringConfiguration Read(Action<WebApplicationBuilder> snippet)
    {
        var builder = WebApplication.CreateSlimBuilder();
        snippet(builder);
        using var services = builder.Services.BuildServiceProvider();
        return services.GetRequiredService<ConfigurationMonitor>().Current;
    }

    private static HttpMessageHandler Innermost(HttpMessageHandler handler)
    {
        while (handler is DelegatingHandler { InnerHandler: { } inner })
        {
            handler = inner;
        }

        return handler;
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create();
        return new CertificateRequest("CN=primary", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            TimeProvider.System.GetUtcNow(),
            TimeProvider.System.GetUtcNow().AddDays(1)
        );
    }

    private sealed class StubLedger(long mirrored, long failed, long serverErrors) : ITrafficMirroringLedger
    {
        public LedgerSnapshot GetSnapshot() =>
            new(
                new Dictionary<string, ShadowLedger>
                {
                    ["v2"] = new()
                    {
                        Seen = mirrored,
                        Skipped = new Dictionary<string, long>(),
                        Dropped = new Dictionary<string, long>(),
                        Mirrored = mirrored,
                        Completed = Counts(("5xx", serverErrors), ("2xx", mirrored - failed - serverErrors)),
                        Failed = Counts(("timeout", failed)),
                        Pending = 0,
                        InFlight = 0,
                    },
                }
            );

        // What has not occurred is absent.
        private static Dictionary<string, long> Counts(params (string Reason, long Count)[] counts) =>
            counts.Where(count => count.Count > 0).ToDictionary(count => count.Reason, count => count.Count);
    }
}
