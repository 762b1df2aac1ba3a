using Microsoft.Extensions.Configuration;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>Configuration that a test can change while the host runs, as an edited file would.</summary>
internal sealed class ReloadableSettings : ConfigurationProvider, IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public void Change(Action<IDictionary<string, string?>> change)
    {
        // A new dictionary: the old one may be enumerated by a reader at this moment.
        var next = new Dictionary<string, string?>(Data, StringComparer.OrdinalIgnoreCase);
        change(next);
        Data = next;
        OnReload();
    }
}
