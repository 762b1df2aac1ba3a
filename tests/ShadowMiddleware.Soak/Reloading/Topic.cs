namespace ShadowMiddleware.Soak.Reloading;

/// <summary>Keys that only make sense together, with the values that they may have together.</summary>
internal sealed class Topic
{
    private readonly (string Key, string Value)[][] _choices;
    private readonly string[] _keys;

    /// <param name="choices">The first stands for the defaults, and comes as often as all others together.</param>
    public Topic(params (string Key, string Value)[][] choices)
    {
        _choices = choices;
        _keys =
        [
            .. choices.SelectMany(choice => choice).Select(setting => setting.Key).Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>One of the choices, with every other key removed.</summary>
    public (string Key, string? Value)[] Draw(Random random, string prefix)
    {
        var choice = random.Next(2) == 0 ? _choices[0] : random.GetItems(_choices, 1)[0];
        var values = choice.ToDictionary(setting => setting.Key, setting => setting.Value, StringComparer.Ordinal);
        return [.. _keys.Select(key => ($"{prefix}{key}", values.GetValueOrDefault(key)))];
    }
}
