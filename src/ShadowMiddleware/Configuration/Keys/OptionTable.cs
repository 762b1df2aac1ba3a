namespace ShadowMiddleware.Configuration.Keys;

/// <summary>The keys that one kind of object of the configuration may have, in the order in which they are documented.</summary>
/// <param name="name">What the object is called in documents and tests.</param>
/// <param name="place">Where its keys belong, to follow "it belongs".</param>
internal abstract class OptionTable(string name, string place)
{
    public string Name => name;

    public string Place => place;

    public abstract IReadOnlyList<OptionKey> Keys { get; }

    /// <summary>The names that this version reads.</summary>
    public IEnumerable<string> Built => Keys.Where(key => key.IsBuilt).Select(key => key.Name);

    /// <summary>The names of the contract that this version refuses.</summary>
    public IEnumerable<string> Unbuilt => Keys.Where(key => !key.IsBuilt).Select(key => key.Name);

    /// <summary>What the keys of an object say.</summary>
    /// <param name="path">The path of the object.</param>
    /// <param name="options">The object.</param>
    public abstract IEnumerable<OptionValue> Values(string path, object options);

    public bool IsBuilt(string key) => Built.Contains(key, StringComparer.OrdinalIgnoreCase);

    public bool IsUnbuilt(string key) => Unbuilt.Contains(key, StringComparer.OrdinalIgnoreCase);
}
