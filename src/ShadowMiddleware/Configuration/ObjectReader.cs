using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using ShadowMiddleware.Configuration.Keys;

namespace ShadowMiddleware.Configuration;

/// <summary>Reads one object of the configuration. What cannot be read is a fault and leaves the option as it was; null does the same without a fault.</summary>
/// <remarks>
/// How the JSON provider presents things: null and {} are a null value without children, [] is an empty string, and the elements of
/// a list are children named 0, 1, 2. So {} counts as null, and "" as an empty list where a list is meant.
/// </remarks>
internal sealed class ObjectReader(IConfiguration section, string path, ConfigurationFaults faults)
{
    private const string MendIfEmpty = "write a value, or remove the key for the default.";

    /// <summary>The configuration that the section is part of, if known.</summary>
    public IConfigurationRoot? Root { get; init; }

    public ConfigurationFaults Faults => faults;

    public IConfigurationSection Section(string key) => section.GetSection(key);

    public string PathOf(string key) => OptionKeys.Join(path, key);

    /// <summary>Faults what the object has and a table does not.</summary>
    public void CheckKeys(OptionTable keys) => UnknownKeys.Check(section, path, keys, faults);

    public void Boolean(string key, Action<bool> set)
    {
        if (TryScalar(key, out var text))
        {
            if (ScalarReader.TryBoolean(text, out var value))
            {
                set(value);
            }
            else
            {
                faults.Add(PathOf(key), $"{SecretMask.Quote(text)} is neither true nor false; write one of the two.");
            }
        }
    }

    public void Int32(string key, Bound<int> bound, Action<int> set)
    {
        if (TryScalar(key, out var text))
        {
            Set(key, text, ScalarReader.TryInt32(text, out var value), value, "a whole number", bound, set);
        }
    }

    public void Int64(string key, Bound<long> bound, Action<long> set)
    {
        if (TryScalar(key, out var text))
        {
            Set(key, text, ScalarReader.TryInt64(text, out var value), value, "a whole number", bound, set);
        }
    }

    public void Double(string key, Bound<double> bound, Action<double> set)
    {
        if (TryScalar(key, out var text))
        {
            Set(key, text, ScalarReader.TryDouble(text, out var value), value, "a number", bound, set);
        }
    }

    public void Time(string key, Bound<TimeSpan> bound, Action<TimeSpan> set)
    {
        if (!TryScalar(key, out var text))
        {
            return;
        }

        var isTime = ScalarReader.TryTimeSpan(text, out var value);
        if (!isTime && ScalarReader.TrySeconds(text, out var seconds) && bound.Holds(seconds))
        {
            faults.Add(PathOf(key), $"{SecretMask.Quote(text)} is not a time; for seconds, write \"{seconds:c}\".");
            return;
        }

        Set(key, text, isTime, value, "a time in the form hh:mm:ss", bound, set);
    }

    public void Moment(string key, Action<DateTimeOffset> set)
    {
        if (TryScalar(key, out var text))
        {
            if (ScalarReader.TryMoment(text, out var value))
            {
                set(value);
            }
            else
            {
                faults.Add(
                    PathOf(key),
                    $"{SecretMask.Quote(text)} is not a moment with its offset from UTC (RFC 3339); write one such as \"2031-12-01T00:00:00Z\"."
                );
            }
        }
    }

    /// <summary>Reads one of the names of an enum; a number never stands for one. The unbuilt are those of the contract that this version refuses.</summary>
    public void Choice<TEnum>(string key, string[] unbuilt, Action<TEnum> set)
        where TEnum : struct, Enum
    {
        if (!TryScalar(key, out var text))
        {
            return;
        }

        foreach (var value in Enum.GetValues<TEnum>())
        {
            if (string.Equals(text, value.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                set(value);
                return;
            }
        }

        var mend = $"write {string.Join(" or ", Enum.GetNames<TEnum>().Select(name => $"\"{name}\""))}.";
        faults.Add(
            PathOf(key),
            unbuilt.Contains(text, StringComparer.OrdinalIgnoreCase)
                ? $"this version does not build the value {SecretMask.Quote(text)} yet; {mend}"
                : $"{SecretMask.Quote(text)} is not one of its values; {mend}"
        );
    }

    public void Text(string key, Action<string> set, string? mendIfEmpty = null)
    {
        if (TryScalar(key, out var text, mendIfEmpty))
        {
            set(text);
        }
    }

    public void TextOrEmpty(string key, Action<string> set)
    {
        if (section.GetSection(key) is { Value.Length: 0 } empty && !empty.GetChildren().Any())
        {
            set("");
        }
        else
        {
            Text(key, set);
        }
    }

    /// <summary>Opens the object below a key: its children, or none when it is absent or not an object.</summary>
    public IEnumerable<IConfigurationSection> Object(string key, string mend, bool isSecret = false)
    {
        var found = section.GetSection(key);
        return CheckObject(found, PathOf(key), mend, faults, isSecret) ? found.GetChildren() : [];
    }

    /// <summary>Whether what was found is an object, or nothing at all. Anything else is a fault.</summary>
    public static bool CheckObject(
        IConfigurationSection found,
        string path,
        string mend,
        ConfigurationFaults faults,
        bool isSecret = false
    )
    {
        if (found.Value is { } value)
        {
            var shown =
                value.Length == 0 ? "an empty value or list"
                : isSecret ? $"the value {SecretMask.Mask}"
                : $"the value {SecretMask.Quote(value)}";
            faults.Add(path, $"an object is meant here, and {shown} was found; {mend}");
            return false;
        }

        if (IsList(found))
        {
            faults.Add(path, $"an object is meant here, and a list was found; {mend}");
            return false;
        }

        return true;
    }

    // Numbers that leave one out are names, if unusual ones.
    private static bool IsList(IConfigurationSection found)
    {
        var keys = found.GetChildren().Select(child => child.Key).ToHashSet(StringComparer.Ordinal);
        return keys.Count > 0
            && Enumerable
                .Range(0, keys.Count)
                .All(index => keys.Contains(index.ToString(CultureInfo.InvariantCulture)));
    }

    public static bool IsIndex(string key) => int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private void Set<T>(string key, string text, bool isRead, T value, string meant, Bound<T> bound, Action<T> set)
        where T : IComparable<T>
    {
        if (isRead)
        {
            set(value);
        }
        else
        {
            faults.Add(
                PathOf(key),
                $"{SecretMask.Quote(text)} is not {meant} that can be used here; write {bound.Text}."
            );
        }
    }

    private bool TryScalar(string key, [NotNullWhen(true)] out string? text, string? mendIfEmpty = null)
    {
        var found = section.GetSection(key);
        text = found.Value;
        if (found.GetChildren().Any())
        {
            faults.Add(
                PathOf(key),
                "a single value is meant here, and a list or an object was found; write one value."
            );
            return false;
        }

        if (text is { Length: 0 })
        {
            faults.Add(PathOf(key), $"it is empty; {mendIfEmpty ?? MendIfEmpty}");
            return false;
        }

        return text is not null;
    }
}
