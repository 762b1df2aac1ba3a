using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ShadowMiddleware.Benchmarks.Harness;

/// <summary>
/// The server's request feature with a body of its own. As with Kestrel, its reader is free as long as nobody replaced the body, and
/// made anew, for this request only, over a stream that somebody put in its place.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "An array stands behind the body."
)]
internal sealed class ReplayedRequestFeature : IHttpRequestFeature, IRequestBodyPipeFeature
{
    // Kestrel's: it reads into nothing first, to wait without holding a buffer.
    private static readonly StreamPipeReaderOptions AdapterOptions = new(useZeroByteReads: true);

    private readonly IHttpRequestFeature _server;
    private readonly ReplayedBody _ownBody;
    private readonly ReplayedBodyReader _ownReader;
    private PipeReader? _adapter;

    public ReplayedRequestFeature(IHttpRequestFeature server, byte[] body)
    {
        _server = server;
        _ownBody = new ReplayedBody(body);
        _ownReader = new ReplayedBodyReader(body);
        Body = _ownBody;
    }

    public Stream Body { get; set; }

    public PipeReader Reader =>
        ReferenceEquals(Body, _ownBody) ? _ownReader : _adapter ??= PipeReader.Create(Body, AdapterOptions);

    public IHeaderDictionary Headers
    {
        get => _server.Headers;
        set => _server.Headers = value;
    }

    public string Method
    {
        get => _server.Method;
        set => _server.Method = value;
    }

    public string Path
    {
        get => _server.Path;
        set => _server.Path = value;
    }

    public string PathBase
    {
        get => _server.PathBase;
        set => _server.PathBase = value;
    }

    public string Protocol
    {
        get => _server.Protocol;
        set => _server.Protocol = value;
    }

    public string QueryString
    {
        get => _server.QueryString;
        set => _server.QueryString = value;
    }

    public string RawTarget
    {
        get => _server.RawTarget;
        set => _server.RawTarget = value;
    }

    public string Scheme
    {
        get => _server.Scheme;
        set => _server.Scheme = value;
    }

    public void Rewind()
    {
        _adapter?.Complete();
        _adapter = null;
        _ownReader.Rewind();
        _ownBody.Rewind();
        Body = _ownBody;
    }
}
