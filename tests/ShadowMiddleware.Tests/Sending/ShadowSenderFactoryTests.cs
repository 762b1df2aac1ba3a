using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Hosting;
using ShadowMiddleware.Sending;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Sending;

/// <summary>What an app has configured for a shadow's client stays in force, whichever way the copies go.</summary>
public sealed class ShadowSenderFactoryTests
{
    private readonly TestTimeProvider _time = new();

    [Fact]
    public async Task Send_WithHeadersOfTheClient_CarriesThem()
    {
        using var handler = new StubHandler();

        await SendAsync(
            handler,
            client => client.ConfigureHttpClient(http => http.DefaultRequestHeaders.Add("X-Key", "k1"))
        );

        MessageAssert.Has(Assert.Single(handler.Requests), "X-Key", "k1");
    }

    [Fact]
    public async Task Send_WithATimeLimitOfTheClient_EndsByIt()
    {
        using var handler = StubHandler.Hanging();

        var ledger = await SendAsync(
            handler,
            client => client.ConfigureHttpClient(http => http.Timeout = TimeSpan.FromMilliseconds(50))
        );

        LedgerAssert.Only(ledger.Failed, "timeout", 1);
    }

    [Fact]
    public async Task Send_WithAHandlerOfTheApps_PassesIt()
    {
        using var handler = new StubHandler();

        await SendAsync(handler, client => client.AddHttpMessageHandler(() => new StampingHandler()));

        MessageAssert.Has(Assert.Single(handler.Requests), "X-Stamp", "s1");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_OverAStreamOfTheAppsThatNeverEnds_IsGivenUpInTime(bool filters)
    {
        using var stream = new EndlessStream();
        using var handler = new SocketsHttpHandler();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        if (filters)
        {
            handler.PlaintextStreamFilter = (_, _) => new ValueTask<Stream>(stream);
        }
        else
        {
            handler.ConnectCallback = (_, _) => new ValueTask<Stream>(stream);
        }

        var ledger = await SendAsync(
            handler,
            _ => { },
            address: $"http://{listener.LocalEndpoint}",
            whileSending: async () =>
            {
                await Soon.Ends(stream.Reading);
                _time.Advance(TestShadow.Named().Timeout);
            }
        );

        LedgerAssert.Only(ledger.Failed, "timeout", 1);
    }

    private async Task<ShadowLedger> SendAsync(
        HttpMessageHandler primary,
        Action<IHttpClientBuilder> configure,
        string address = "http://shadow.invalid",
        Func<Task>? whileSending = null
    )
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(new BoundsClock(_time));
        services
            .AddTrafficMirroring(options => options.MirrorTo(address))
            .ConfigureShadowClient(
                "shadow",
                client => configure(client.ConfigurePrimaryHttpMessageHandler(() => primary))
            );
        await using var provider = services.BuildServiceProvider();
        var shadow = TestShadow.Named("shadow") with { Address = address };
        var account = TestAccount.Accepted();
        var factory = provider.GetRequiredService<IShadowSenderFactory>();
        factory.Prepare(shadow);

        var sending = factory
            .Create(shadow, account)
            .SendAsync(TestRequest.Get(), shadow, "X-Shadow-Request", CancellationToken.None)
            .AsTask();
        await (whileSending?.Invoke() ?? Task.CompletedTask);
        await Soon.Ends(sending);
        return LedgerAssert.Settled(account);
    }

    /// <summary>A connection that never answers, and does not end when it is disposed.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        private readonly TaskCompletionSource _reading = new();
        private readonly TaskCompletionSource<int> _never = new();

        public Task Reading => _reading.Task;

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        ) => ValueTask.CompletedTask;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _reading.TrySetResult();
            return new ValueTask<int>(_never.Task);
        }
    }

    private sealed class StampingHandler : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            request.Headers.Add("X-Stamp", "s1");
            return base.SendAsync(request, cancellationToken);
        }
    }
}
