using System.Collections;
using Microsoft.Extensions.Primitives;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware;

/// <summary>The header fields of a copy, each name once: what was repeated is combined (RFC 9110 section 5.3).</summary>
/// <remarks>
/// Names ignore case. <c>Host</c>, the tag, framing and hop-by-hop fields are not here and cannot be put here. Not safe for use by several threads, and not to
/// be changed when the transform has returned.
/// </remarks>
public sealed class MirroredRequestHeaders : IEnumerable<KeyValuePair<string, string>>
{
    private readonly List<KeyValuePair<string, string>> _fields = [];
    private readonly string _tagHeader;
    private bool _isClosed;

    internal MirroredRequestHeaders(string tagHeader) => _tagHeader = tagHeader;

    /// <summary>How many fields there are.</summary>
    public int Count => _fields.Count;

    /// <summary>The value of a field.</summary>
    /// <param name="name">Its name.</param>
    /// <returns><see langword="null"/> when there is no such field.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is <see langword="null"/>.</exception>
    public string? Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return IndexOf(name) is var index and >= 0 ? _fields[index].Value : null;
    }

    /// <summary>Whether there is such a field.</summary>
    /// <param name="name">Its name.</param>
    /// <returns><see langword="true"/> also for an empty value.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is <see langword="null"/>.</exception>
    public bool Contains(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return IndexOf(name) >= 0;
    }

    /// <summary>Puts a value in the place of what the field had, if anything.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value, which may be empty.</param>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">
    /// The name is none, or <c>Host</c>, the tag, a framing or a hop-by-hop field; or the value holds a line break or another control character.
    /// </exception>
    /// <exception cref="InvalidOperationException">The transform has returned.</exception>
    public void Set(string name, string value)
    {
        CheckChange(name);
        CheckValue(value);
        if (IndexOf(name) is var index and >= 0)
        {
            _fields[index] = new(_fields[index].Key, value);
        }
        else
        {
            _fields.Add(new(name, value));
        }
    }

    /// <summary>Adds a value behind what the field has, if anything, with a comma in between; in <c>Cookie</c> with a semicolon.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The value.</param>
    /// <inheritdoc cref="Set" path="/exception"/>
    public void Add(string name, string value)
    {
        CheckChange(name);
        CheckValue(value);
        if (IndexOf(name) is var index and >= 0)
        {
            var (known, values) = _fields[index];
            _fields[index] = new(known, HeaderRules.Combine(known, new StringValues([values, value])));
        }
        else
        {
            _fields.Add(new(name, value));
        }
    }

    /// <summary>Takes a field away.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Whether there was one.</returns>
    /// <inheritdoc cref="Set" path="/exception"/>
    public bool Remove(string name)
    {
        CheckChange(name);
        var index = IndexOf(name);
        if (index < 0)
        {
            return false;
        }

        _fields.RemoveAt(index);
        return true;
    }

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Takes over a field of the copy as it is. What cannot be sent is refused when it is to be sent, as it is without transforms.</summary>
    internal void Keep(string name, string value) => _fields.Add(new(name, value));

    /// <summary>Ends all changes.</summary>
    internal void Close() => _isClosed = true;

    private int IndexOf(string name) =>
        _fields.FindIndex(field => field.Key.Equals(name, StringComparison.OrdinalIgnoreCase));

    private void CheckChange(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!HeaderNameRules.IsToken(name))
        {
            throw new ArgumentException("This is not the name of a header field.", nameof(name));
        }

        if (ReservedHeaders.IsReserved(name) || name.Equals(_tagHeader, StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                $"{name} is the tag, or belongs to the connection or to the framing: each copy has its own.",
                nameof(name)
            );
        }

        if (_isClosed)
        {
            throw new InvalidOperationException("The transform has returned, and the copy is on its way.");
        }
    }

    private static void CheckValue(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!HeaderNameRules.IsValue(value))
        {
            throw new ArgumentException("The value holds a line break or another control character.", nameof(value));
        }
    }
}
