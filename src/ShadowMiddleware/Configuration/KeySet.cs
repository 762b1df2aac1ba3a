namespace ShadowMiddleware.Configuration;

/// <summary>The keys that an object of the configuration may have.</summary>
/// <param name="Built">Keys that this version reads.</param>
/// <param name="Unbuilt">Keys of the contract that this version refuses: ignoring one would break what its author relies on.</param>
internal sealed record KeySet(string[] Built, string[] Unbuilt)
{
    public bool IsBuilt(string key) => Built.Contains(key, StringComparer.OrdinalIgnoreCase);

    public bool IsUnbuilt(string key) => Unbuilt.Contains(key, StringComparer.OrdinalIgnoreCase);
}
