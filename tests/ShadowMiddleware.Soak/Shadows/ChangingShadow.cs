using ShadowMiddleware.FunctionalTests.Common;
using ShadowMiddleware.FunctionalTests.Matrix;
using ShadowMiddleware.Soak.Names;
using ShadowMiddleware.Soak.Reloading;

namespace ShadowMiddleware.Soak.Shadows;

/// <summary>A shadow that is broken in one way after the other, and well in between, so that its breaker opens and closes.</summary>
internal sealed class ChangingShadow : IAsyncDisposable
{
    private readonly string _name;
    private readonly Settings _settings;
    private readonly ErraticLookup _names;
    private readonly Random _random;
    private readonly Queue<ShadowFault> _faults = new();
    private IAsyncDisposable? _current;
    private bool _isWell;

    public ChangingShadow(string name, Settings settings, ErraticLookup names, Random random)
    {
        _name = name;
        _settings = settings;
        _names = names;
        _random = random;
    }

    /// <summary>Where copies go now.</summary>
    public string? Address { get; private set; }

    public int Changes { get; private set; }

    /// <summary>Breaks in another way, or gets well.</summary>
    public async Task ChangeAsync()
    {
        var before = _current;
        string? version = null;
        _isWell = !_isWell;
        Changes++;
        if (_isWell)
        {
            var well = RawShadow.Start();
            _current = well;
            Address = well.Address;
        }
        else
        {
            var fault = NextFault();
            var broken = fault.Start();
            _current = broken;
            Address = broken.Address;
            version = fault.Version;
        }

        Address = Named(Address);
        _settings.Change(($"Shadows:{_name}:Address", Address), ($"Shadows:{_name}:HttpVersion", version));
        if (before is not null)
        {
            await before.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_current is not null)
        {
            await _current.DisposeAsync();
        }
    }

    // Every second one by a name of its own, of which nothing is known when it hangs. Certificates are for no such name.
    private string Named(string address)
    {
        var uri = new Uri(address);
        return uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback && _random.Next(2) == 0
            ? $"{uri.Scheme}://{_names.CreateHost()}:{uri.Port}"
            : address;
    }

    // All in turn, in another order each time.
    private ShadowFault NextFault()
    {
        if (_faults.Count == 0)
        {
            var faults = ShadowFault.All.ToArray();
            _random.Shuffle(faults);
            Array.ForEach(faults, _faults.Enqueue);
        }

        return _faults.Dequeue();
    }
}
