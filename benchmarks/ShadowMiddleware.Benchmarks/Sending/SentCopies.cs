using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Benchmarks.Harness;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Benchmarks.Sending;

/// <summary>Copies that go the whole way from the captured request to the handler, as the dispatcher's workers send them.</summary>
internal sealed class SentCopies
{
    public const int BatchSize = 128;
    public const string Address = "http://shadow.invalid";
    private const string Shadow = "v2";

    private readonly CapturedRequests _captured;
    private readonly int _bodyBytes;
    private readonly StubHandler _stub;
    private readonly ServiceProvider _services;
    private readonly ShadowRoute _route;
    private readonly string _tagHeader;
    private readonly IShadowSender _sender;
    private readonly TraceFields _traceFields;
    private long _requests;
    private long _built;

    public SentCopies(CapturedRequests captured, int bodyBytes, StubAnswer answer)
    {
        _captured = captured;
        _bodyBytes = bodyBytes;
        var stub = new StubHandler(answer);
        _stub = stub;
        var services = new ServiceCollection().AddLogging();
        services
            .AddTrafficMirroring(options => options.Shadows[Shadow] = new ShadowOptions { Address = Address })
            .ConfigureShadowClient(Shadow, client => client.ConfigurePrimaryHttpMessageHandler(() => stub));
        _services = services.BuildServiceProvider();

        var routes = _services.GetRequiredService<ShadowDirectory>().Current;
        _route = routes.All.Single();
        _tagHeader = routes.Configuration.TagHeader;
        _traceFields = _services.GetRequiredService<TraceFields>();
        _sender = _services
            .GetRequiredService<IShadowSenderFactory>()
            .Create(_route.Configuration, _route.Dispatcher.Account);
    }

    /// <summary>Makes the messages and sends none.</summary>
    public void BuildBatch()
    {
        for (var i = 0; i < BatchSize; i++)
        {
            using var message = MirroredRequestFactory.Create(
                _captured.Next(),
                _route.Configuration,
                _tagHeader,
                _traceFields,
                activity: null,
                out _
            );
            _built += message.Headers.NonValidated.Contains(_tagHeader) ? 1 : 0;
        }

        _requests += BatchSize;
    }

    public async Task SendBatchAsync()
    {
        for (var i = 0; i < BatchSize; i++)
        {
            _route.Dispatcher.Account.Accept();
            await _sender.SendAsync(_captured.Next(), _route.Configuration, _tagHeader, CancellationToken.None);
        }

        _requests += BatchSize;
    }

    /// <summary>Throws when a copy was not made, or not sent whole.</summary>
    public async Task VerifyAndDisposeAsync()
    {
        await using var services = _services;
        var sent = _requests - _built;
        LedgerCheck.AllCompleted(services.GetRequiredService<ITrafficMirroringLedger>(), shadows: 1, sent);
        _stub.Verify(sent, _bodyBytes);
    }
}
