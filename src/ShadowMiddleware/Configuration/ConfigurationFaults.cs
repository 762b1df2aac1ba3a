namespace ShadowMiddleware.Configuration;

/// <summary>All that is wrong with a configuration, in the order in which it was found; at most one fault per key.</summary>
internal sealed class ConfigurationFaults
{
    private readonly List<string> _messages = [];
    private readonly HashSet<string> _keys = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What stands before each key: the path of the section, or nothing.</summary>
    public string Prefix { get; set; } = "";

    public IReadOnlyList<string> Messages => _messages;

    public bool IsEmpty => _messages.Count == 0;

    /// <summary>Adds a fault, unless the key has one already: the second is a consequence of the first.</summary>
    /// <param name="key">The key below the section, its parts joined by colons; empty for the section itself.</param>
    /// <param name="fault">What is wrong, with the value unless it may be a secret, and how to mend it: a sentence without the key.</param>
    public void Add(string key, string fault)
    {
        if (_keys.Add(key))
        {
            var path = string.Join(':', new[] { Prefix, key }.Where(part => part.Length > 0));
            _messages.Add(path.Length == 0 ? fault : $"{path}: {fault}");
        }
    }

    public bool Has(string key) => _keys.Contains(key);

    /// <summary>Whether a key, or one below it, has a fault.</summary>
    public bool HasWithin(string key) =>
        Has(key) || _keys.Any(other => other.StartsWith($"{key}:", StringComparison.OrdinalIgnoreCase));
}
