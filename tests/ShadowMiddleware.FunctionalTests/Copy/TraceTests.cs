using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Copy;

/// <summary>A copy is a trace of its own. Listeners are of the whole process.</summary>
[Collection(Alone.Name)]
public sealed class TraceTests : CopyTest
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    private static readonly string[] _fields =
    [
        $"traceparent: 00-{Trace}-b7ad6b7169203331-01",
        "tracestate: vendor=value",
        "baggage: user=1",
        "X-One: 1",
    ];

    [Fact]
    public async Task Copy_SomebodyListens_HasANewTraceAndTheBaggageAndNothingElse()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TrafficMirroringDiagnostics.ActivitySourceName,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);

        var copy = await CopyAsync(RawRequest.Get("/x", _fields));

        Assert.Equal(
            ["Host", "X-One", "X-Shadow-Request", "baggage", "traceparent"],
            copy.Fields.Select(field => field.Key).Order(StringComparer.Ordinal)
        );
        Assert.True(ActivityContext.TryParse(copy.Value("traceparent"), null, out var context), copy.ToString());
        Assert.NotEqual(Trace, context.TraceId.ToString());
        Assert.Equal("user=1", copy.Value("baggage"));
    }

    [Fact]
    public async Task Copy_AppReadsTracesInOtherFields_LeavesThemOutToo()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            ConfigureServices = services => services.AddSingleton<DistributedContextPropagator>(new B3Propagator()),
        }.StartAsync(Token);

        var copy = await CopyAsync(
            environment,
            shadow,
            RawRequest.Get("/x", [.. _fields, $"b3: {Trace}-b7ad6b7169203331-1", $"X-B3-TraceId: {Trace}"])
        );

        Assert.Equal(
            ["Host", "X-One", "X-Shadow-Request", "baggage"],
            copy.Fields.Select(field => field.Key).Order(StringComparer.Ordinal)
        );
    }

    private sealed class B3Propagator : DistributedContextPropagator
    {
        public override IReadOnlyCollection<string> Fields { get; } = ["b3", "X-B3-TraceId", "baggage"];

        public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) { }

        public override void ExtractTraceIdAndState(
            object? carrier,
            PropagatorGetterCallback? getter,
            out string? traceId,
            out string? traceState
        ) => (traceId, traceState) = (null, null);

        public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(
            object? carrier,
            PropagatorGetterCallback? getter
        ) => null;
    }
}
