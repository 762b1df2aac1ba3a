using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace ShadowMiddleware.Tests.Capture;

/// <summary>The header fields of a request that is over.</summary>
internal sealed class ThrowingHeaders : IHeaderDictionary
{
    public long? ContentLength
    {
        get => throw Gone();
        set => throw Gone();
    }

    public ICollection<string> Keys => throw Gone();

    public ICollection<StringValues> Values => throw Gone();

    public int Count => throw Gone();

    public bool IsReadOnly => throw Gone();

    public StringValues this[string key]
    {
        get => throw Gone();
        set => throw Gone();
    }

    public void Add(string key, StringValues value) => throw Gone();

    public void Add(KeyValuePair<string, StringValues> item) => throw Gone();

    public void Clear() => throw Gone();

    public bool Contains(KeyValuePair<string, StringValues> item) => throw Gone();

    public bool ContainsKey(string key) => throw Gone();

    public void CopyTo(KeyValuePair<string, StringValues>[] array, int arrayIndex) => throw Gone();

    public IEnumerator<KeyValuePair<string, StringValues>> GetEnumerator() => throw Gone();

    public bool Remove(string key) => throw Gone();

    public bool Remove(KeyValuePair<string, StringValues> item) => throw Gone();

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out StringValues value) => throw Gone();

    IEnumerator IEnumerable.GetEnumerator() => throw Gone();

    private static ObjectDisposedException Gone() => new(nameof(ThrowingHeaders));
}
