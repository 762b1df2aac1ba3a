using Microsoft.Extensions.Logging;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Sending;

/// <inheritdoc />
internal sealed class ShadowSenderFactory : IShadowSenderFactory
{
    private readonly IHttpClientFactory _clients;
    private readonly ShadowClientNames _names;
    private readonly GuardedLogger _logger;
    private readonly TimeProvider _timeProvider;

    public ShadowSenderFactory(
        IHttpClientFactory clients,
        ShadowClientNames names,
        ILogger<ShadowPipeline> logger,
        TimeProvider timeProvider
    )
    {
        _clients = clients;
        _names = names;
        _logger = new GuardedLogger(logger);
        _timeProvider = timeProvider;
    }

    // The client is made once: its handler renews connections by itself, and a client per send costs an allocation for nothing.
    public IShadowSender Create(ShadowConfiguration configuration, ShadowAccount account) =>
        new ShadowSender(
            new ShadowClient(_clients.CreateClient(_names.NameFor(configuration.Name))),
            new ShadowPipeline(configuration, _logger, _timeProvider),
            account
        );
}
