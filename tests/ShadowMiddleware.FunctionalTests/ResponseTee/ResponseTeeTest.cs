using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Capture;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.ResponseTee;

/// <summary>An app behind the tee, and its twin without: on the wire they are the same.</summary>
public abstract class ResponseTeeTest : FunctionalTest
{
    private protected TeeMiddleware Tee { get; } = new();

    /// <summary>Starts both. Nothing is mirrored, so that nothing but the tee makes a difference.</summary>
    private protected Task<MirrorEnvironment> StartAsync(
        Action<WebApplication> app,
        HttpProtocols protocols = HttpProtocols.Http1,
        Action<WebApplication>? outside = null,
        Action<IServiceCollection>? services = null
    ) =>
        new MirrorEnvironment
        {
            WithTwin = true,
            Protocols = protocols,
            Shadows = { ["v2"] = "http://127.0.0.1:1" },
            Settings = { ["Shadows:v2:Percent"] = "0" },
            ConfigureServices = services,
            BeforeMirror = outside,
            App = primary =>
            {
                Tee.Use(primary);
                app(primary);
            },
        }.StartAsync(Token);

    /// <summary>Compares the bytes on the wire of both, and what was captured with what the client got.</summary>
    private protected async Task<CapturedResponse> AssertSameAsync(
        MirrorEnvironment environment,
        string method,
        string target,
        params string[] fields
    )
    {
        var expected = await WireResponse.ReadAsync(environment.Twin, method, target, Token, fields);
        var actual = await WireResponse.ReadAsync(environment.Primary, method, target, Token, fields);
        var captured = await Tee.NextAsync(Token);

        Assert.Equal($"{method} {target}\n{expected.Text}", $"{method} {target}\n{actual.Text}");
        if (captured.State == ResponseCaptureState.Whole)
        {
            Assert.NotEqual("", expected.Text);
            Assert.Equal(expected.Body, captured.Body);
        }

        return captured;
    }

    /// <summary>The same over HTTP/2, where the client's library takes the frames apart.</summary>
    private protected async Task<CapturedResponse> AssertSameOverHttp2Async(
        MirrorEnvironment environment,
        string method,
        string target
    )
    {
        var expected = await StreamedResponse.ReadAsync(environment.Twin, method, target, Token);
        var actual = await StreamedResponse.ReadAsync(environment.Primary, method, target, Token);
        var captured = await Tee.NextAsync(Token);

        Assert.Equal($"{method} {target}\n{expected.Head}", $"{method} {target}\n{actual.Head}");
        Assert.Equal(expected.Body, actual.Body);
        Assert.Equal(expected.Trailers, actual.Trailers);
        if (captured.State == ResponseCaptureState.Whole)
        {
            // Over HTTP/2, Kestrel sends what an app advanced in answer to HEAD. It is no content all the same.
            Assert.Equal(method == "HEAD" ? [] : expected.Body, captured.Body);
        }

        return captured;
    }

    private protected static void AssertNothingIsHeld(MirrorEnvironment environment) =>
        Assert.Equal(0, environment.Service<ByteBudget>().Used);
}
