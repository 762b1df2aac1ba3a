using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;
using ShadowMiddleware.Hosting;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Tests.Hosting;

public sealed class ServerHeaderEncodingTests
{
    [Fact]
    public async Task Find_OnKestrel_IsWhatItReadsWith()
    {
        await using var app = App(kestrel =>
            kestrel.RequestHeaderEncodingSelector = name => name == "X-Latin" ? Encoding.Latin1 : null
        );

        var encoding = ServerHeaderEncoding.Find(app.Services);

        Assert.Same(Encoding.Latin1, encoding("X-Latin"));
        Assert.Null(encoding("X-Other"));
    }

    [Fact]
    public async Task Find_OnKestrelAsItComes_LeavesTheDefault()
    {
        await using var app = App(_ => { });

        Assert.Null(ServerHeaderEncoding.Find(app.Services)("X-Any"));
    }

    [Fact]
    public void Find_WithoutAServer_LeavesTheDefault()
    {
        using var services = new ServiceCollection().BuildServiceProvider();

        Assert.Null(ServerHeaderEncoding.Find(services)("X-Any"));
    }

    // What the app configures for Kestrel may load certificates, which a test host does not have.
    [Fact]
    public void Find_OnAnotherServer_DoesNotRunWhatIsMeantForKestrel()
    {
        using var services = new ServiceCollection()
            .Configure<KestrelServerOptions>(_ => throw new InvalidOperationException())
            .AddSingleton(Substitute.For<IServer>())
            .BuildServiceProvider();

        Assert.Null(ServerHeaderEncoding.Find(services)("X-Any"));
    }

    [Fact]
    public async Task Clients_OfShadows_WriteWithIt()
    {
        await using var app = App(
            kestrel => kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1,
            services => services.AddTrafficMirroring(TestHosting.Mirror).ConfigureShadowClient("own", static _ => { })
        );
        var factory = app.Services.GetRequiredService<IHttpMessageHandlerFactory>();

        foreach (var name in (string[])[ShadowClientNames.Default, ShadowClientNames.Own("own")])
        {
            var handler = Assert.IsType<SocketsHttpHandler>(TestHosting.Handlers(factory.CreateHandler(name)).Last());

            Assert.Same(Encoding.Latin1, handler.RequestHeaderEncodingSelector?.Invoke("X-Any", null!));
        }
    }

    private static WebApplication App(
        Action<KestrelServerOptions> configure,
        Action<IServiceCollection>? services = null
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(configure);
        services?.Invoke(builder.Services);
        return builder.Build();
    }
}
