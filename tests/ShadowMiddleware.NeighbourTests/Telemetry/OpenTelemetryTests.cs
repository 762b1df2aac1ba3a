using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.Telemetry;

/// <summary>
/// OpenTelemetry with its instrumentations of server, client and runtime. Whoever listens to activities listens to those of the whole
/// process, so nothing else may run meanwhile.
/// </summary>
[Collection(Alone.Name)]
public sealed class OpenTelemetryTests : NeighbourTest
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string TraceParent = $"traceparent: 00-{TraceId}-b7ad6b7169203331-01";

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Request_IsTracedTheSame_AndItsCopyIsATraceOfItsOwn(Wire wire)
    {
        await using var twins = await StartAsync();
        var request = WireRequest.PostJson(
            "/orders?a=%41",
            """{"id":"1","quantity":2}""",
            TraceParent,
            "baggage: tenant=a"
        );

        var answer = await twins.AskBothAsync(wire, request, Token);

        Assert.Equal($"{TraceId} tenant=a", answer.BodyText);
        var copy = await twins.TakeCopyAsync(Token);
        var ownTrace = copy.Headers["traceparent"].ToString();
        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-01$", ownTrace);
        Assert.DoesNotContain(TraceId, ownTrace, StringComparison.Ordinal);
        var withOwnTrace = request with
        {
            Fields = [request.Fields[0], $"traceparent: {ownTrace}", "baggage: tenant=a"],
        };
        CopyAssert.AreOf([withOwnTrace], [copy]);
        await twins.AssertSettledAsync("seen 1, completed.2xx 1", Token);

        // What is traced goes to the exporters of both apps, since they are one process: two requests, one copy sent and one received.
        var spans = Spans(twins.Mirrored);
        await Eventually.HoldsAsync(() => spans.Count == 4, () => Describe(spans), Token);
        var served = spans.Where(span => span.TraceId.ToHexString() == TraceId);
        Assert.Equal(["Server POST /orders", "Server POST /orders"], served.Select(Describe));
        var sent = Assert.Single(spans, span => span.Kind == ActivityKind.Client);
        Assert.Equal(TrafficMirroringDiagnostics.ActivitySourceName, sent.Source.Name);
        Assert.Contains(sent.TraceId.ToHexString(), ownTrace, StringComparison.Ordinal);
        Assert.Equal(TraceId, Assert.Single(sent.Links).Context.TraceId.ToHexString());
    }

    [Fact]
    public async Task Metrics_OfServerAndRuntime_AreThere()
    {
        await using var twins = await StartAsync();

        var request = WireRequest.PostJson("/orders", """{"id":"1","quantity":2}""", TraceParent);
        await twins.AskBothAsync(Wire.Http1, request, Token);

        _ = await twins.TakeCopyAsync(Token);
        await twins.AssertSettledAsync("seen 1, completed.2xx 1", Token);
        var names = Metrics(twins.Mirrored);
        Assert.Contains("http.server.request.duration", names);
        Assert.Contains("dotnet.gc.collections", names);
    }

    private Task<AppTwins> StartAsync() =>
        new AppTwins
        {
            Configure = builder =>
            {
                var spans = new ConcurrentCollection<Activity>();
                var metrics = new ConcurrentCollection<MetricSnapshot>();
                builder.Services.AddSingleton(spans).AddSingleton(metrics);
                builder
                    .Services.AddOpenTelemetry()
                    .WithTracing(tracing =>
                        tracing
                            .AddAspNetCoreInstrumentation()
                            .AddHttpClientInstrumentation()
                            .AddSource(TrafficMirroringDiagnostics.ActivitySourceName)
                            .AddInMemoryExporter(spans)
                    )
                    .WithMetrics(meters =>
                        meters
                            .AddAspNetCoreInstrumentation()
                            .AddHttpClientInstrumentation()
                            .AddRuntimeInstrumentation()
                            .AddInMemoryExporter(metrics)
                    );
            },
            App = app =>
                app.MapPost(
                    "/orders",
                    (Order _) =>
                        $"{Activity.Current?.TraceId} {string.Join(',', Baggage.Current.GetBaggage().Select(Pair))}"
                ),
        }.StartAsync(Token);

    private static string Pair(KeyValuePair<string, string> item) => $"{item.Key}={item.Value}";

    private static ConcurrentCollection<Activity> Spans(RunningApp app) =>
        app.Services.GetRequiredService<ConcurrentCollection<Activity>>();

    private static string[] Metrics(RunningApp app)
    {
        Assert.True(app.Services.GetRequiredService<MeterProvider>().ForceFlush());
        var metrics = app.Services.GetRequiredService<ConcurrentCollection<MetricSnapshot>>();
        return [.. metrics.Select(metric => metric.Name).Distinct(StringComparer.Ordinal)];
    }

    private static string Describe(IEnumerable<Activity> spans) => string.Join(", ", spans.Select(Describe));

    private static string Describe(Activity span) => $"{span.Kind} {span.DisplayName}";

    /// <summary>A collection that the exporter may add to while a test looks.</summary>
    [SuppressMessage("Design", "MA0016", Justification = "The exporter asks for a collection.")]
    private sealed class ConcurrentCollection<T> : ICollection<T>
    {
        private readonly ConcurrentQueue<T> _items = [];

        public int Count => _items.Count;

        public bool IsReadOnly => false;

        public void Add(T item) => _items.Enqueue(item);

        public void Clear() => _items.Clear();

        public bool Contains(T item) => _items.Contains(item);

        public void CopyTo(T[] array, int arrayIndex) => _items.CopyTo(array, arrayIndex);

        public bool Remove(T item) => throw new NotSupportedException();

        public IEnumerator<T> GetEnumerator() => _items.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
