using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Sentry.Extensibility;
using Sentry.Protocol.Envelopes;
using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.Logging;

/// <summary>
/// Sentry with the bodies of requests in its events: it stands in front of everything, buffers each body and reads it once more when
/// something goes wrong. It is one for the process, so both apps report to the one that was started last.
/// </summary>
public sealed class SentryTests : NeighbourTest
{
    private readonly Reports _reports = new();

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Fault_IsReportedWithItsBodyAndCopiedOnce(Wire wire)
    {
        await using var twins = await StartAsync(withoutHandler: true);
        const string json = """{"id":"ä","quantity":2}""";

        var fine = await twins.AskAndCopyAsync(wire, WireRequest.PostJson("/orders?a=%41", json), Token);
        var fault = WireRequest.PostJson("/throw/a%2Fb", json);
        var failed = await twins.AskAndCopyAsync(wire, fault, Token);
        await twins.AskAndCopyAsync(wire, fault with { IsChunked = true }, Token);
        await twins.AskAndCopyAsync(wire, WireRequest.Get("/fault"), Token);

        Assert.Equal((200, 500), (fine.Status, failed.Status));
        await twins.AssertSettledAsync("seen 4, completed.2xx 4", Token);
        await _reports.WaitForAsync(6, Token);
        Assert.Equal(4, _reports.Bodies.Count(body => body == json));
    }

    // What the app puts in front of all clients by a filter of the factory sees the shadows' clients too, and is the app's to switch off.
    [Fact]
    public async Task HandlerOnAllClients_AddsFieldsToCopiesAndNothingElse()
    {
        await using var twins = await StartAsync(withoutHandler: false);
        var request = WireRequest.PostJson("/orders?a=%41", """{"id":"1","quantity":2}""");

        await twins.AskBothAsync(Wire.Http1, request, Token);

        var copy = await twins.TakeCopyAsync(Token);
        var added = copy.Headers.Keys.Where(IsOfSentry).ToArray();
        Assert.Equal(["baggage", "sentry-trace"], added.Order(StringComparer.Ordinal));
        var rest = copy.Headers.Where(field => !IsOfSentry(field.Key));
        CopyAssert.AreOf([request], [copy with { Headers = rest.ToDictionary() }]);
        await twins.AssertSettledAsync("seen 1, completed.2xx 1", Token);
    }

    private static bool IsOfSentry(string name) => name is "baggage" or "sentry-trace";

    private Task<AppTwins> StartAsync(bool withoutHandler) =>
        new AppTwins
        {
            Configure = builder =>
                builder.WebHost.UseSentry(sentry =>
                {
                    sentry.Dsn = "http://key@127.0.0.1/1";
                    sentry.Transport = _reports;
                    sentry.MaxRequestBodySize = RequestSize.Always;
                    sentry.SendDefaultPii = true;
                    sentry.TracesSampleRate = 1;
                    sentry.AutoSessionTracking = false;
                    sentry.DisableSentryHttpMessageHandler = withoutHandler;
                }),
            App = app =>
            {
                app.MapPost("/orders", (Order order) => order);
                app.MapPost("/throw/{id}", (string id, Order _) => Throw(id));
                app.MapGet("/fault", () => Throw("get"));
            },
        }.StartAsync(Token);

    private static Order Throw(string id) => throw new NotSupportedException(id);

    private sealed class Reports : ITransport
    {
        private readonly ConcurrentQueue<string> _bodies = [];

        /// <summary>The body of each request that an event is about.</summary>
        public IReadOnlyCollection<string> Bodies => _bodies;

        public async Task SendEnvelopeAsync(Envelope envelope, CancellationToken cancellationToken = default)
        {
            foreach (var item in envelope.Items.Where(item => item.TryGetType() == "event"))
            {
                using var bytes = new MemoryStream();
                await item.Payload.SerializeAsync(bytes, logger: null, cancellationToken);
                var body = JsonNode.Parse(bytes.ToArray())?["request"]?["data"];
                _bodies.Enqueue(body?.ToString() ?? "");
            }
        }

        public Task WaitForAsync(int count, CancellationToken token) =>
            Eventually.HoldsAsync(() => _bodies.Count == count, () => $"{_bodies.Count} events", token);
    }
}
