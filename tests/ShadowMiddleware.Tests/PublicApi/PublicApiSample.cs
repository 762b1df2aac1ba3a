using System.ComponentModel;

namespace ShadowMiddleware.Tests.PublicApi;

/// <summary>One member of each kind that the text has to show, and some that it must not.</summary>
public abstract class PublicApiSample<T> : IDisposable
    where T : struct
{
    public const string Name = "name";
    public static readonly int[] Sizes = [1];
    private readonly string _backing = Name;

    protected PublicApiSample(int size = 3) => ReadOnly = size;

    public event EventHandler<CancelEventArgs>? Closed;

    public required string? MayBeNull { get; init; }

    public int ReadOnly { get; private set; }

    public string this[int index] => _backing[index..];

    [Obsolete("Gone soon.")]
    public void Old() => Closed?.Invoke(this, new CancelEventArgs());

    public virtual TOther Convert<TOther>(params object?[] values)
        where TOther : new() => new();

    public abstract void Dispose();

    public override string ToString() => Hidden();

    protected abstract ValueTask<string?> ReadAsync(List<string?> lines, int? limit, out bool more);

    internal string Hidden() => _backing;
}
