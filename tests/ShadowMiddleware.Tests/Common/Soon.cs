using System.Diagnostics.CodeAnalysis;

namespace ShadowMiddleware.Tests.Common;

/// <summary>Waits for what other threads are about to do. The time is a bound for a broken build, not a pause.</summary>
internal static class Soon
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    /// <summary>Ends with the task, or fails when it takes for ever.</summary>
    public static Task Ends(Task task) => task.WaitAsync(Bound, TimeProvider.System);

    /// <inheritdoc cref="Ends(Task)"/>
    public static Task<T> Ends<T>(Task<T> task) => task.WaitAsync(Bound, TimeProvider.System);

    /// <summary>Yields until the condition holds.</summary>
    public static async Task Holds(Func<bool> condition, [StringSyntax("C#")] string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Bound, $"Never became true: {what}");
            await Task.Yield();
        }
    }
}
