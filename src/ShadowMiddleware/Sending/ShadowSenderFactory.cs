using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.Background;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Sending;

/// <inheritdoc />
internal sealed class ShadowSenderFactory : IShadowSenderFactory
{
    private readonly IHttpClientFactory _clients;
    private readonly IHttpMessageHandlerFactory _handlers;
    private readonly ShadowClientNames _names;
    private readonly TraceFields _traceFields;
    private readonly ConcurrentDictionary<string, Lazy<ShadowClient>> _made = new(StringComparer.Ordinal);
    private readonly RequestTransforms _transforms;
    private readonly BackgroundWorkers _background;
    private readonly ShadowConnector _connector;
    private readonly GuardedLogger _logger;
    private readonly TimeProvider _timeProvider;

    public ShadowSenderFactory(
        IHttpClientFactory clients,
        IHttpMessageHandlerFactory handlers,
        ShadowClientNames names,
        TraceFields traceFields,
        RequestTransforms transforms,
        BackgroundWorkers background,
        ShadowConnector connector,
        ILogger<ShadowPipeline> logger,
        TimeProvider timeProvider
    )
    {
        _clients = clients;
        _handlers = handlers;
        _names = names;
        _traceFields = traceFields;
        _transforms = transforms;
        _background = background;
        _connector = connector;
        _logger = new GuardedLogger(logger);
        _timeProvider = timeProvider;
    }

    public void Prepare(ShadowConfiguration configuration) => _ = Client(configuration.Name).Value;

    public IShadowSender Create(ShadowConfiguration configuration, ShadowAccount account) =>
        new ShadowSender(
            Client(configuration.Name),
            new ShadowPipeline(configuration, _logger, _timeProvider),
            _traceFields,
            account,
            _background,
            _transforms.For(configuration.Name),
            new BearerTokens(configuration.Name, _background, _logger, _timeProvider),
            new ConnectionCredentials(configuration.Name, _logger),
            _connector
        );

    // Made once: its handler renews connections by itself, and a client per send costs an allocation for nothing. The mode remembers no
    // exception, and holds no lock while code of the app runs.
    private Lazy<ShadowClient> Client(string shadow) =>
        _made.GetOrAdd(
            shadow,
            name => new Lazy<ShadowClient>(() => Create(_names.NameFor(name)), LazyThreadSafetyMode.PublicationOnly)
        );

    private ShadowClient Create(string name)
    {
        var client = _clients.CreateClient(name);
        var addsNothing = client.Timeout == Timeout.InfiniteTimeSpan && !client.DefaultRequestHeaders.Any();
        var handler = _handlers.CreateHandler(name);
        return new ShadowClient(
            client,
            _background,
            addsNothing ? new HttpMessageInvoker(handler, disposeHandler: false) : null,
            HeedsToken(handler),
            InnermostHandler.IsIn(handler)
        );
    }

    // The platform's transport over a connection of ours, in the factory's own handler, which only holds it. A stream of the app's may
    // neither heed a token nor end when it is disposed.
    private static bool HeedsToken(HttpMessageHandler handler) =>
        handler
            is DelegatingHandler
            {
                InnerHandler: SocketsHttpHandler
                {
                    ConnectCallback.Target: ShadowConnector,
                    PlaintextStreamFilter.Target: Http1Filter { IsAlone: true }
                }
            };
}
