using System.Diagnostics;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Tests.Diagnostics;

[Collection(Tracing.Name)]
public sealed class MirrorActivityTests
{
    private static readonly ActivityContext Primary = new(
        ActivityTraceId.CreateRandom(),
        ActivitySpanId.CreateRandom(),
        ActivityTraceFlags.Recorded
    );

    [Fact]
    public void Start_WithoutAListener_StartsNothing() => Assert.Null(Start(Primary));

    [Fact]
    public void Start_WithAListener_StartsATraceOfItsOwnLinkedToThePrimarys()
    {
        using var listener = Tracing.Listen();

        using var activity = Start(Primary);

        Assert.NotNull(activity);
        Assert.NotEqual(Primary.TraceId, activity.TraceId);
        Assert.Equal(default, activity.ParentSpanId);
        Assert.Null(activity.Parent);
        Assert.Equal(Primary, Assert.Single(activity.Links).Context);
        Assert.Equal(ActivityKind.Client, activity.Kind);
        Assert.Equal("v2", activity.GetTagItem("shadow.name"));
        Assert.Equal("GET", activity.GetTagItem("http.request.method"));
        Assert.Equal("/orders/42", activity.GetTagItem("url.path"));
        Assert.Equal("shadow.test", activity.GetTagItem("server.address"));
        Assert.Equal(8443, activity.GetTagItem("server.port"));
        Assert.Equal(TrafficMirroringDiagnostics.ActivitySourceName, activity.Source.Name);
    }

    [Fact]
    public void Start_OfARequestWithoutATrace_HasNoLink()
    {
        using var listener = Tracing.Listen();

        using var activity = Start(default);

        Assert.NotNull(activity);
        Assert.Empty(activity.Links);
    }

    [Fact]
    public void Start_WithinAnotherTrace_IsStillARoot()
    {
        using var listener = Tracing.Listen();
        using var left = new Activity("left behind").Start();

        using var activity = Start(Primary);

        Assert.NotNull(activity);
        Assert.Null(activity.ParentId);
        Assert.NotEqual(left.TraceId, activity.TraceId);
    }

    [Fact]
    public void Start_WithAListenerThatDoesNotSample_StartsNothing()
    {
        using var listener = Tracing.Listen(ActivitySamplingResult.None);

        Assert.Null(Start(Primary));
    }

    [Fact]
    public void Answered_NotesTheStatusAndNoError()
    {
        using var listener = Tracing.Listen();
        using var activity = Start(Primary);

        MirrorActivity.Answered(activity, 503);

        Assert.Equal(503, activity!.GetTagItem("http.response.status_code"));
        Assert.Equal(ActivityStatusCode.Unset, activity.Status);
    }

    [Fact]
    public void Failed_NotesTheReason()
    {
        using var listener = Tracing.Listen();
        using var activity = Start(Primary);

        MirrorActivity.Failed(activity, "timeout");

        Assert.Equal("timeout", activity!.GetTagItem("error.type"));
        Assert.Equal(ActivityStatusCode.Error, activity.Status);
    }

    [Fact]
    public void Notes_WithoutAnActivity_DoNothing()
    {
        MirrorActivity.Answered(activity: null, 200);
        MirrorActivity.Failed(activity: null, "timeout");

        Assert.Null(Activity.Current);
    }

    private static Activity? Start(ActivityContext primary) =>
        MirrorActivity.Start(
            primary,
            new RequestLine("GET", "/orders/42?token=secret"),
            "v2",
            "https://shadow.test:8443/base"
        );
}
