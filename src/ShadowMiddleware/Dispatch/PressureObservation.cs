using System.Runtime.InteropServices;

namespace ShadowMiddleware.Dispatch;

/// <summary>What can be seen of the process at one moment.</summary>
/// <param name="At">The time, from any fixed moment on.</param>
/// <param name="Requests">How many requests the app has received until now.</param>
/// <param name="QueueFill">How full the fullest queue is, 0 to 1.</param>
/// <param name="ProcessorLoad">How busy the processors were lately, 0 to 1.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PressureObservation(TimeSpan At, long Requests, double QueueFill, double ProcessorLoad);
