using ShadowMiddleware.Dispatch;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>
/// Processors with time to spare, whatever they do. A benchmark keeps them busy, and copies that give way to that would be missing
/// in its figures; what the protection itself costs a request is in them.
/// </summary>
internal sealed class IdleProcessors : IProcessorLoad
{
    public double Read() => 0;
}
