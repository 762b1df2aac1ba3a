using System.Collections;
using Microsoft.AspNetCore.Http.Features;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>The server's features but for those of the body.</summary>
internal sealed class ReplayedFeatures : IFeatureCollection
{
    private readonly IFeatureCollection _server;
    private readonly ReplayedRequestFeature _request;

    public ReplayedFeatures(IFeatureCollection server, ReplayedRequestFeature request)
    {
        _server = server;
        _request = request;
    }

    public bool IsReadOnly => _server.IsReadOnly;

    public int Revision => _server.Revision;

    public object? this[Type key]
    {
        get => IsReplayed(key) ? _request : _server[key];
        set => _server[key] = value;
    }

    public TFeature? Get<TFeature>() =>
        IsReplayed(typeof(TFeature)) ? (TFeature)(object)_request : _server.Get<TFeature>();

    public void Set<TFeature>(TFeature? instance) => _server.Set(instance);

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _server.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static bool IsReplayed(Type key) =>
        key == typeof(IHttpRequestFeature) || key == typeof(IRequestBodyPipeFeature);
}
