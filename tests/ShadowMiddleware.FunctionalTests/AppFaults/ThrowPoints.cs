using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>Every place and manner in which an app throws.</summary>
internal static class ThrowPoints
{
    /// <summary>What the client must have received before the app goes on.</summary>
    public const string Marker = "[seen]";

    public static readonly Dictionary<string, ThrowPoint> All = new(StringComparer.Ordinal)
    {
        ["at once, without a task"] = NotReading(context => throw Own(context)),
        ["by a faulted task"] = NotReading(context => Task.FromException(Own(context))),
        ["by a task of two faults"] = NotReading(context =>
            Task.WhenAll(Task.FromException(Own(context)), Task.FromException(new AppFaultException("second")))
        ),
        ["by a cancelled task"] = NotReading(_ => Task.FromCanceled(new CancellationToken(canceled: true))),
#pragma warning disable MA0022 // It is what a broken app does.
        ["by no task at all"] = NotReading(_ => null!),
#pragma warning restore MA0022
        ["at once, with OperationCanceledException"] = NotReading(context =>
            throw Own(context, new OperationCanceledException("the app's own"))
        ),
        ["after a wait, before any read"] = NotReading(async context =>
        {
            await Task.Yield();
            throw Own(context);
        }),
        ["before any read"] = Reading((_, _) => Task.CompletedTask),
        ["after a zero-byte read"] = Reading((context, door) => door.Look(context)),
        ["in the middle of the body"] = Reading((context, door) => door.ReadPart(context)),
        ["after the whole body"] = Reading((context, door) => door.ReadAll(context)),
        ["OperationCanceledException"] = Reading(
            (context, door) => door.ReadAll(context),
            context => Own(context, new OperationCanceledException("the app's own"))
        ),
        ["BadHttpRequestException"] = Reading(
            (context, door) => door.ReadPart(context),
            context => Own(context, new BadHttpRequestException("the app's own", StatusCodes.Status418ImATeapot))
        ),
        ["after the response has started"] = Reading(
            async (context, door) =>
            {
                await door.ReadAll(context);
                await WriteSeenAsync(context);
            }
        ),
        ["after the response has started, in the middle of the body"] = Reading(
            async (context, door) =>
            {
                await door.ReadPart(context);
                await WriteSeenAsync(context);
            }
        ),
        ["after the response was written whole"] = Reading(
            async (context, door) =>
            {
                await door.ReadAll(context);
                context.Response.ContentLength = Marker.Length;
                await WriteSeenAsync(context);
            }
        ),
        ["after the response was completed"] = Reading(
            async (context, door) =>
            {
                await door.ReadPart(context);
                await context.Response.WriteAsync(Marker);
                await context.Response.CompleteAsync();
            }
        ),
        ["in OnStarting"] = new(
            Reads: true,
            async (context, door) =>
            {
                context.Response.OnStarting(() => throw Own(context));
                await door.ReadPart(context);
                await context.Response.WriteAsync("answer");
            }
        ),
        ["in OnCompleted"] = new(
            Reads: true,
            async (context, door) =>
            {
                context.Response.OnCompleted(() => throw Own(context));
                await door.ReadPart(context);
                await context.Response.WriteAsync("answer");
            }
        ),
    };

    private static ThrowPoint NotReading(Func<HttpContext, Task> run) =>
        new(Reads: false, (context, _) => run(context));

    private static ThrowPoint Reading(
        Func<HttpContext, BodyDoor, Task> before,
        Func<HttpContext, Exception>? exception = null
    ) =>
        new(
            Reads: true,
            async (context, door) =>
            {
                await before(context, door);
                throw exception?.Invoke(context) ?? Own(context);
            }
        );

    private static Exception Own(HttpContext context, Exception? exception = null) =>
        AppViews.Of(context).Own(exception ?? new AppFaultException("the app's own"));

    private static async Task WriteSeenAsync(HttpContext context)
    {
        await context.Response.WriteAsync(Marker);
        await context.Response.Body.FlushAsync();
        await AppViews.Of(context).ClientHasRead.Task;
    }
}
