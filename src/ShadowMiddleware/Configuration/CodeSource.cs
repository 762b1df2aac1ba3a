using Microsoft.Extensions.Primitives;

namespace ShadowMiddleware.Configuration;

/// <summary>Options from the app's code. Runs again on each reload of another source.</summary>
internal sealed class CodeSource(Action<TrafficMirroringOptions> configure) : IOptionsSource
{
    public bool IsMissing => false;

    public void Apply(TrafficMirroringOptions options, ConfigurationFaults faults) => configure(options);

    public IChangeToken? GetReloadToken() => null;
}
