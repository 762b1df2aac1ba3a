using System.Runtime.InteropServices;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Selection;

/// <summary>What would become of a request for one shadow, before the app sees it.</summary>
/// <param name="Skip">Why there would be no copy; <see langword="null"/> when there may be one.</param>
/// <param name="Percent">How likely a copy is, in percent.</param>
/// <param name="ByEndpoint">Whether the endpoint has decided on the percent, in place of rules and shadow.</param>
/// <param name="Rule">The index of the rule that matches; <see langword="null"/> for none, or when the endpoint has decided.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Decision(SkipReason? Skip, double Percent, bool ByEndpoint, int? Rule);
