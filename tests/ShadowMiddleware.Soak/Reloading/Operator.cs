using ShadowMiddleware.Soak.Shadows;

namespace ShadowMiddleware.Soak.Reloading;

/// <summary>Pauses shadows and moves their ceilings all the while.</summary>
internal sealed class Operator(ITrafficMirroringControl control, Random random, Findings findings)
{
    private static readonly string[] Shadows = [.. ShadowNames.Well, .. ShadowNames.Broken];

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100, 700)), stop);
                var shadow = random.GetItems(Shadows, 1)[0];

                // Mostly on and without a limit, so that the rest of the run has something to look at.
                control.SetPaused(shadow, random.Next(6) == 0);
                control.SetCeiling(shadow, random.Next(4) == 0 ? random.Next(100) : 100);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
        catch (Exception exception)
        {
            findings.Add($"An operator met an exception: {exception}");
        }
    }
}
