using ShadowMiddleware.LoadTest.Processes;

namespace ShadowMiddleware.LoadTest.Measuring;

/// <summary>The counts of all processes of a setup at one moment.</summary>
internal sealed record Look(ServedCounts App, ServedCounts? Proxy, ServedCounts? Shadow)
{
    public static Task<Look> BeginAsync(Subject subject) => TakeAsync(subject, process => process.BeginAsync());

    public static Task<Look> ReadAsync(Subject subject) => TakeAsync(subject, process => process.ReadAsync());

    // The app first: what it has sent is then at the shadow already.
    private static async Task<Look> TakeAsync(Subject subject, Func<ServedProcess, Task<ServedCounts>> read) =>
        new(
            await read(subject.App),
            subject.Proxy is { } proxy ? await read(proxy) : null,
            subject.Shadow is { } shadow ? await read(shadow) : null
        );
}
