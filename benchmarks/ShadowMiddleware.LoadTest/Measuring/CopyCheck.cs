using System.Globalization;
using ShadowMiddleware.LoadTest.Processes;

namespace ShadowMiddleware.LoadTest.Measuring;

/// <summary>Whether what became of the copies is what may become of them.</summary>
internal sealed class CopyCheck
{
    private const double LeastShare = 0.99;

    private readonly Failures _failures;
    private readonly bool _dry;

    public CopyCheck(Failures failures, bool dry)
    {
        _failures = failures;
        _dry = dry;
    }

    /// <param name="what">What was measured.</param>
    /// <param name="losses">Which copies may be lost.</param>
    /// <param name="figures">What the measurement has shown.</param>
    /// <param name="all">All copies of the setup, from before the load until nothing was under way any more.</param>
    /// <param name="received">What the shadow has received meanwhile.</param>
    public void Look(string what, Losses losses, Figures figures, CopyCounts all, long? received)
    {
        _failures.AddIf(!all.AddsUp, $"{what}: the ledger does not add up: {all}");
        if (losses == Losses.Any)
        {
            return;
        }

        _failures.AddIf(!all.IsIdle, $"{what}: copies are still under way: {all}");
        _failures.AddIf(all.Failed > 0, $"{what}: {all.Failed} copies failed, though the shadow is well");
        _failures.AddIf(
            all.OtherwiseLost > 0 && losses != Losses.NotSent,
            $"{what}: {all.OtherwiseLost} copies were lost"
        );
        _failures.AddIf(
            all.Seen > 0 && received is { } arrived && arrived != all.Mirrored,
            $"{what}: {all.Mirrored} copies were sent, and the shadow has received {received}"
        );
        if (losses == Losses.None)
        {
            _failures.AddIf(all.GaveWay > 0, $"{what}: {all.GaveWay} copies gave way without protection");

            // In a moment, those that are under way are a large share.
            _failures.AddIf(
                !_dry && figures.Copies?.Share < LeastShare,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{what}: only {figures.Copies?.Share:P1} of the copies were completed while the load lasted, so its figures lack their cost"
                )
            );
        }
    }
}
