using System.Diagnostics;

namespace ShadowMiddleware.Tests.Diagnostics;

/// <summary>Listeners are of the whole process: tests that add one, or need that there is none, run one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Tracing
{
    public const string Name = "Tracing";

    /// <summary>Listens to the library's activities.</summary>
    public static ActivityListener Listen(
        ActivitySamplingResult sampling = ActivitySamplingResult.AllDataAndRecorded,
        Action<Activity>? started = null,
        Action<Activity>? stopped = null
    )
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TrafficMirroringDiagnostics.ActivitySourceName,
            Sample = (ref _) => sampling,
            ActivityStarted = started,
            ActivityStopped = stopped,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
