using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace ShadowMiddleware.Capture;

/// <summary>
/// Gives the app a reader that copies. Without it the server would make one over the teeing stream, with a buffer of its own: what
/// the app had looked at through it would be lost to whoever reads the stream next.
/// </summary>
internal sealed class RequestBodyTeeFeature : IRequestBodyPipeFeature
{
    private readonly IHttpRequestFeature _request;
    private readonly Stream _tee;
    private readonly RequestBodyTeeReader _reader;

    public RequestBodyTeeFeature(
        IRequestBodyPipeFeature inner,
        IHttpRequestFeature request,
        Stream tee,
        RequestBodyTeeReader reader
    )
    {
        Inner = inner;
        _request = request;
        _tee = tee;
        _reader = reader;
    }

    /// <summary>The server's own, to be put back.</summary>
    public IRequestBodyPipeFeature Inner { get; }

    // Whoever replaces the body further in gets from the server a reader over the replacement, as without us.
    public PipeReader Reader => ReferenceEquals(_request.Body, _tee) ? _reader : Inner.Reader;
}
