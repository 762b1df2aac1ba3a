using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;
using ShadowMiddleware.Hosting;

namespace ShadowMiddleware.Tests.Hosting;

public sealed class OwnAddressesTests
{
    [Theory]
    [InlineData("http://localhost:5000", "http://localhost:5000", true)]
    [InlineData("http://localhost:5000", "http://127.0.0.1:5000/base", true)]
    [InlineData("http://localhost:5000", "http://[::1]:5000", true)]
    [InlineData("http://localhost:5000", "http://LOCALHOST:5000", true)]
    [InlineData("http://localhost:5000", "https://localhost:5000", true)]
    [InlineData("http://localhost:5000", "http://localhost:5001", false)]
    [InlineData("http://localhost:5000", "http://orders.internal:5000", false)]
    [InlineData("http://127.0.0.1:5000", "http://localhost:5000", true)]
    [InlineData("http://127.0.0.1:5000", "http://10.0.0.7:5000", false)]
    [InlineData("http://*:5000", "http://localhost:5000", true)]
    [InlineData("http://+:80", "http://127.0.0.1", true)]
    [InlineData("https://+:443", "https://localhost", true)]
    [InlineData("http://0.0.0.0:5000", "http://app.localhost:5000", true)]
    [InlineData("http://[::]:5000", "http://127.0.0.2:5000", true)]
    [InlineData("http://[::]:5000", "http://0.0.0.0:5000", true)]
    [InlineData("http://*:5000", "http://orders.internal:5000", false)]
    [InlineData("http://*:5000", "http://192.0.2.1:5000", false)]
    [InlineData("http://192.0.2.1:5000", "http://192.0.2.1:5000", true)]
    [InlineData("http://192.0.2.1:5000", "http://localhost:5000", false)]
    [InlineData("http://unix:/tmp/app.sock", "http://localhost", false)]
    public void Leads_OfAnAddress_SaysWhetherItIsTheServersOwn(string own, string address, bool expected) =>
        Assert.Equal(expected, OwnAddresses.Leads(new Uri(address), own));

    [Fact]
    public void Leads_OfTheNameOfTheMachine_IsItsOwnUnlessItListensOnLoopbackAlone()
    {
        var address = new Uri($"http://{Environment.MachineName}:5000");

        Assert.True(OwnAddresses.Leads(address, "http://*:5000"));
        Assert.True(OwnAddresses.Leads(address, "http://192.0.2.1:5000"));
        Assert.False(OwnAddresses.Leads(address, "http://127.0.0.1:5000"));
    }

    [Theory]
    [InlineData("http://localhost:5000", true)]
    [InlineData("no address", false)]
    public void Contain_GoesByWhatTheServerSays(string own, bool expected)
    {
        var feature = Substitute.For<IServerAddressesFeature>();
        feature.Addresses.Returns([own]);
        var features = new FeatureCollection();
        features.Set(feature);
        var server = Substitute.For<IServer>();
        server.Features.Returns(features);
        using var services = new ServiceCollection().AddSingleton(server).BuildServiceProvider();

        Assert.Equal(expected, new OwnAddresses(services).Contain("http://127.0.0.1:5000"));
    }

    [Fact]
    public void Contain_WithoutAServer_IsFalse()
    {
        using var services = new ServiceCollection().BuildServiceProvider();

        Assert.False(new OwnAddresses(services).Contain("http://127.0.0.1:5000"));
    }
}
