using System.Collections.Concurrent;

namespace ShadowMiddleware.Connecting;

/// <summary>
/// The allowances of the origins that copies go to. Shadows at one origin share the connections that the client has there, and with them
/// what may be read, and what is known of their silence.
/// </summary>
/// <remarks>Thread-safe. An allowance is known for as long as somebody holds it: reloads may bring one address after the other.</remarks>
internal sealed class ReadAllowances
{
    private readonly ConcurrentDictionary<string, WeakReference<ReadAllowance>> _held = new(StringComparer.Ordinal);

    /// <summary>The allowance of an address, whatever its path.</summary>
    public ReadAllowance For(Uri address)
    {
        foreach (var gone in _held.Where(static held => !held.Value.TryGetTarget(out _)))
        {
            _ = _held.TryRemove(gone);
        }

        var made = new ReadAllowance();
        return _held.GetOrAdd(Origin(address), static (_, made) => new(made), made).TryGetTarget(out var known)
            ? known
            : made;
    }

    /// <summary>
    /// The allowance of a URI that another message than a copy of ours is sent to, such as the clone that a handler made of one.
    /// </summary>
    /// <returns><see langword="null"/> when no shadow is there.</returns>
    public ReadAllowance? Find(Uri? uri) =>
        uri is { IsAbsoluteUri: true }
        && _held.TryGetValue(Origin(uri), out var held)
        && held.TryGetTarget(out var known)
            ? known
            : null;

    private static string Origin(Uri uri) => $"{uri.Scheme}://{uri.IdnHost}:{uri.Port}";
}
