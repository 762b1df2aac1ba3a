using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Sending;

/// <summary>Copies are in none of the app's own metrics of HTTP clients, whoever made the handler.</summary>
public sealed class HttpMetricsTests : FunctionalTest
{
    private static readonly Dictionary<string, Action<IHttpClientBuilder>?> Clients = new(StringComparer.Ordinal)
    {
        ["default"] = null,
        ["HttpClientHandler"] = client => client.ConfigurePrimaryHttpMessageHandler(() => new HttpClientHandler()),
        ["SocketsHttpHandler"] = client => client.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler()),
        ["derived"] = client => client.ConfigurePrimaryHttpMessageHandler(() => new Derived()),
        ["configured"] = client => client.UseSocketsHttpHandler((handler, _) => handler.MaxConnectionsPerServer = 7),
    };

    public static TheoryData<string> Cases => [.. Clients.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Copies_AreCountedByNoInstrumentOfThePlatformsMeter(string client)
    {
        await using var shadow = RawShadow.Start();
        await using var other = RawShadow.Start();
        using var listener = new Listener();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            ConfigureServices = services => services.AddHttpClient().AddMetrics(),
            ConfigureMirroring = mirroring =>
            {
                if (Clients[client] is { } configure)
                {
                    mirroring.ConfigureShadowClient("v2", configure);
                }
            },
        }.StartAsync(Token);

        await environment.Primary.ExchangeAsync(RawRequest.Get("/x"), Token);
        await environment.WaitUntilSettledAsync(Token);

        // The app's own client shows that the listener hears.
        using var own = environment.Service<IHttpClientFactory>().CreateClient("own");
        await own.GetStringAsync(new Uri(other.Address), Token);

        Assert.Contains("http.client.request.duration", listener.Of(other.Port));
        Assert.Contains("http.client.open_connections", listener.Of(other.Port));
        Assert.Empty(listener.Of(shadow.Port));
    }

    private sealed class Derived : HttpClientHandler;

    /// <summary>Hears every instrument of the platform's meter, as most people's exporters do.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly ConcurrentQueue<(string Instrument, int Port)> _heard = [];
        private readonly MeterListener _listener = new();

        public Listener()
        {
            _listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == "System.Net.Http")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Hear(instrument, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Hear(instrument, tags));
            _listener.Start();
        }

        public IEnumerable<string> Of(int port) =>
            _heard.Where(heard => heard.Port == port).Select(heard => heard.Instrument);

        public void Dispose() => _listener.Dispose();

        private void Hear(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var (name, value) in tags)
            {
                if (name == "server.port" && value is int port)
                {
                    _heard.Enqueue((instrument.Name, port));
                }
            }
        }
    }
}
