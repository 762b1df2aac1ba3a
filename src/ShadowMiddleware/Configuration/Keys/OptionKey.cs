using System.Globalization;

namespace ShadowMiddleware.Configuration.Keys;

/// <summary>One key of the configuration, as documents and editors describe it. How it is read and checked, <see cref="OptionKey{TOptions}"/> knows.</summary>
/// <param name="Name">As it is written; case is ignored.</param>
/// <param name="Kind">What is written as its value.</param>
/// <param name="Meaning">What it does, in one line of Markdown without links.</param>
internal abstract record OptionKey(string Name, OptionKind Kind, string Meaning)
{
    /// <summary>Which values it takes, in Markdown. Empty where the bounds or the choices say all.</summary>
    public string Range { get; init; } = "";

    /// <summary>The least value, of a key with bounds.</summary>
    public IFormattable? Min { get; init; }

    /// <summary>The greatest value; <see langword="null"/> where none is worth a word.</summary>
    public IFormattable? Max { get; init; }

    /// <summary>The names that it takes, if it takes no other text.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Names of the contract that this version refuses.</summary>
    public IReadOnlyList<string> UnbuiltChoices { get; init; } = [];

    /// <summary>The keys of its object, or of each of its objects.</summary>
    public OptionTable? Inner { get; init; }

    /// <summary>Whether this version reads it. A key of the contract that it does not read is refused: ignoring it would break what its author relies on.</summary>
    public bool IsBuilt { get; init; } = true;

    public bool IsRequired { get; init; }

    /// <summary>Whether no message shows its value.</summary>
    public bool IsSecret { get; init; }

    /// <summary>What holds without it.</summary>
    public abstract object? Default { get; }

    /// <summary>What it says, and what the keys of its object say.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="value">Its value in the options.</param>
    public IEnumerable<OptionValue> Values(string path, object? value) =>
        (Kind, value) switch
        {
            // Each has values of its own.
            (OptionKind.NamedObjects, _) => [],
            (OptionKind.Object, null) => [],
            (OptionKind.Object, _) => Inner!.Values(path, value),
            (OptionKind.Objects, IEnumerable<object> items) =>
            [
                new(
                    path,
                    string.Join('\n', items.SelectMany((item, index) => Inner!.Values($"{index}", item))),
                    Shown: null
                ),
            ],
            (OptionKind.Texts, IEnumerable<string> texts) => [new(path, string.Join('\n', texts), Shown: null)],
            (OptionKind.Values, IEnumerable<KeyValuePair<string, string>> values) =>
            [
                new(path, string.Join('\n', values.Select(pair => $"{pair.Key}: {pair.Value}")), Shown: null),
            ],
            _ => [new(path, Write(value), IsSecret ? null : Show(value))],
        };

    private static string Show(object? value) => value is string text ? SecretMask.Quote(text) : Write(value);

    private static string Write(object? value) =>
        value switch
        {
            true => "true",
            false => "false",
            DateTimeOffset moment => moment.ToString("O", CultureInfo.InvariantCulture),
            IFormattable other => other.ToString(format: null, CultureInfo.InvariantCulture),
            _ => $"{value ?? "null"}",
        };
}
