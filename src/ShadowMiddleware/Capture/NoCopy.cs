using System.Runtime.InteropServices;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Capture;

/// <summary>Why a request that was accepted has no copy: it was lost, or it turned out to be one that is not copied.</summary>
/// <param name="Skip">Why it is not copied; <see langword="null"/> when it was lost.</param>
/// <param name="Loss">Why it was lost, when it was.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct NoCopy(SkipReason? Skip, DropReason Loss)
{
    public static NoCopy Skipped(SkipReason reason) => new(reason, Loss: default);

    public static NoCopy Lost(DropReason reason) => new(Skip: null, reason);
}
