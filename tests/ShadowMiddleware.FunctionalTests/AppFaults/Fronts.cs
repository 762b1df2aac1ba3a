using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>What stands in front of the mirror and deals with what the app throws.</summary>
internal static class Fronts
{
    public const string DeveloperPage = "developer page";

    public static readonly Dictionary<string, Action<IApplicationBuilder>> All = new(StringComparer.Ordinal)
    {
        ["nothing"] = _ => { },
        ["exception handler"] = app => app.UseExceptionHandler("/error"),
        [DeveloperPage] = app => app.UseDeveloperExceptionPage(),
        ["catches"] = app => app.Use(CatchAsync),
        ["catches at once"] = app => app.Use(CatchAtOnce),
    };

    /// <summary>The app's own page for errors.</summary>
    public static Task ShowErrorAsync(HttpContext context) =>
        context.Response.WriteAsync(
            $"sorry: {context.Features.Get<IExceptionHandlerFeature>()?.Error.Message}, at {context.Features.Get<IExceptionHandlerPathFeature>()?.Path}"
        );

    /// <summary>Notes what comes out of the mirror, or out of the app where there is none, and changes nothing.</summary>
    public static Task Witness(HttpContext context, RequestDelegate next)
    {
        var view = AppViews.Of(context);
        Task task;
        try
        {
            task = next(context);
        }
        catch (Exception exception)
        {
            view.NoteException("thrown at once", exception);
            throw;
        }

        if (task is null)
        {
            view.Note("no task");
            return task!;
        }

        return WitnessAsync(view, task);
    }

    /// <summary>Notes what the server gets, and when all is over. Outermost.</summary>
    public static async Task EndAsync(HttpContext context, RequestDelegate next)
    {
        var view = AppViews.Of(context);
        try
        {
            await next(context);
            view.Note($"left with {context.Response.StatusCode}");
        }
        catch (Exception exception)
        {
            view.NoteException("left", exception);
            throw;
        }
        finally
        {
            view.Ended.TrySetResult();
        }
    }

    private static async Task WitnessAsync(AppView view, Task task)
    {
        try
        {
            await task;
        }
        catch (Exception exception)
        {
            view.NoteException("thrown", exception);
            throw;
        }
    }

    private static async Task CatchAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            await context.Response.WriteAsync($"caught {exception.GetType()} \"{exception.Message}\"");
        }
    }

    // Not async: it sees what is thrown before there is a task, and nothing else.
    private static Task CatchAtOnce(HttpContext context, RequestDelegate next)
    {
        try
        {
            return next(context);
        }
        catch (Exception exception)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return context.Response.WriteAsync($"caught at once {exception.GetType()} \"{exception.Message}\"");
        }
    }
}
