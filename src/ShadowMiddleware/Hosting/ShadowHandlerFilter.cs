using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.Background;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Hosting;

/// <summary>
/// Looks at the handlers of a shadow's client when the app and the platform have set them up: whoever made the one that sends, copies get no cookies,
/// redirects or credentials from it, and its connections are bounded.
/// </summary>
internal sealed class ShadowHandlerFilter : IHttpMessageHandlerBuilderFilter
{
    private readonly IServiceProvider _services;
    private readonly BackgroundWorkers _background;
    private readonly GuardedLogger _logger;

    public ShadowHandlerFilter(
        IServiceProvider services,
        BackgroundWorkers background,
        ILogger<ShadowHandlerFilter> logger
    )
    {
        _services = services;
        _background = background;
        _logger = new GuardedLogger(logger);
    }

    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) =>
        builder =>
        {
            if (builder.Name is not { } name || !ShadowClientNames.IsShadow(name))
            {
                next(builder);
                return;
            }

            var shadow = ShadowClientNames.ShadowOf(name) ?? "";
            try
            {
                // The platform's own filter sets the handler's meter factory where the app has one.
                next(builder);
                Settle(builder, shadow);
            }
            catch (InvalidOperationException exception) when (exception.Source == "System.Net.Http")
            {
                throw new InvalidOperationException(
                    $"The primary handler of shadow '{shadow}' has sent requests before, so that what copies need cannot be set: they would share its cookies and "
                        + "follow redirects. Make a new handler in ConfigurePrimaryHttpMessageHandler.",
                    exception
                );
            }
        };

    private void Settle(HttpMessageHandlerBuilder builder, string shadow)
    {
        DelegatingHandler? last = null;
        var primary = builder.PrimaryHandler;
        while (primary is DelegatingHandler { InnerHandler: { } inner } delegating)
        {
            last = delegating;
            primary = inner;
        }

        var settled = Settle(primary, shadow);
        if (last is null)
        {
            builder.PrimaryHandler = settled;
            if (builder.AdditionalHandlers.Count > 0)
            {
                builder.AdditionalHandlers.Add(new InnermostHandler(_background));
            }
        }
        else if (last is not InnermostHandler)
        {
            last.InnerHandler = new InnermostHandler(_background) { InnerHandler = settled };
        }
    }

    private HttpMessageHandler Settle(HttpMessageHandler primary, string shadow)
    {
        switch (primary)
        {
            case SocketsHttpHandler sockets:
                Settle(sockets);
                return sockets;
            case HttpClientHandler client when TakenOverHandler.From(client) is { } taken:
                Settle(taken);
                return taken;
            case HttpClientHandler client:
                Isolate(client);
                break;
        }

        Log.UnknownPrimaryHandler(_logger, shadow, primary.GetType().FullName);
        return primary;
    }

    private void Settle(SocketsHttpHandler handler)
    {
        try
        {
            ShadowHandler.Configure(
                handler,
                ServerHeaderEncoding.Find(_services),
                _services.GetRequiredService<ShadowConnector>(),
                IsInAppMetrics
            );
        }
        catch (InvalidOperationException) when (ShadowHandler.IsConfigured(handler))
        {
            // Two shadows share it, and the other one has sent.
        }
    }

    private void Isolate(HttpClientHandler handler)
    {
        try
        {
            TakenOverHandler.Isolate(handler, IsInAppMetrics);
        }
        catch (InvalidOperationException) when (TakenOverHandler.IsIsolated(handler))
        {
            // As above.
        }
    }

    private bool IsInAppMetrics => ShadowClientRegistration.IsInAppMetrics(_services);
}
