using System.Collections;
using Microsoft.AspNetCore.Http.Features;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>The server's features but for those of the body, which can be replaced as the server's can.</summary>
internal sealed class ReplayedFeatures : IFeatureCollection
{
    private readonly IFeatureCollection _server;
    private IHttpRequestFeature? _request;
    private IRequestBodyPipeFeature? _pipe;
    private int _revision;

    public ReplayedFeatures(IFeatureCollection server, ReplayedRequestFeature request)
    {
        _server = server;
        _request = request;
        _pipe = request;
    }

    public bool IsReadOnly => _server.IsReadOnly;

    // Both only grow, so that whoever remembers a feature notices a change of either.
    public int Revision => _server.Revision + _revision;

    public object? this[Type key]
    {
        get =>
            key == typeof(IHttpRequestFeature) ? _request
            : key == typeof(IRequestBodyPipeFeature) ? _pipe
            : _server[key];
        set
        {
            if (key == typeof(IHttpRequestFeature))
            {
                Set((IHttpRequestFeature?)value);
            }
            else if (key == typeof(IRequestBodyPipeFeature))
            {
                Set((IRequestBodyPipeFeature?)value);
            }
            else
            {
                _server[key] = value;
            }
        }
    }

    public TFeature? Get<TFeature>() =>
        typeof(TFeature) == typeof(IHttpRequestFeature) ? (TFeature?)_request
        : typeof(TFeature) == typeof(IRequestBodyPipeFeature) ? (TFeature?)_pipe
        : _server.Get<TFeature>();

    public void Set<TFeature>(TFeature? instance)
    {
        if (typeof(TFeature) == typeof(IHttpRequestFeature))
        {
            _request = (IHttpRequestFeature?)instance;
            _revision++;
        }
        else if (typeof(TFeature) == typeof(IRequestBodyPipeFeature))
        {
            _pipe = (IRequestBodyPipeFeature?)instance;
            _revision++;
        }
        else
        {
            _server.Set(instance);
        }
    }

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _server.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
