using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Streams;

/// <summary>Requests and responses whose parts have a time and an order.</summary>
public abstract class StreamTest : FunctionalTest
{
    private protected async Task<MirrorEnvironment> StartAsync(
        RawShadow shadow,
        HttpProtocols protocols,
        RequestDelegate app,
        bool withTwin = false
    ) =>
        await new MirrorEnvironment
        {
            Protocols = protocols,
            Shadows = { ["v2"] = shadow.Address },
            WithTwin = withTwin,
            ConfigureKestrel = kestrel =>
            {
                kestrel.Limits.MaxRequestBodySize = null;

                // A machine that is busy elsewhere must not look like a client that is slow.
                kestrel.Limits.MinRequestBodyDataRate = null;
                kestrel.Limits.MinResponseDataRate = null;
            },
            App = host => host.Run(app),
        }.StartAsync(Token);

    private protected static Uri Target { get; } = new("/x", UriKind.Relative);

    private protected async Task<HttpResponseMessage> SendAsync(PrimaryHost host, HttpContent? content)
    {
        using var request = new HttpRequestMessage(content is null ? HttpMethod.Get : HttpMethod.Post, Target)
        {
            Content = content,
            Version = host.Client.DefaultRequestVersion,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        return await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }
}
