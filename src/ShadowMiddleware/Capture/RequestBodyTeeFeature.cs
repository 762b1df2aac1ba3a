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
    private readonly PipeReader _serverReader;
    private readonly BodyCapture _capture;

    // Made when the app asks for it: many apps read the stream.
    private RequestBodyTeeReader? _reader;

    /// <param name="inner">The server's own feature.</param>
    /// <param name="request">Tells whether the body is still the tee.</param>
    /// <param name="tee">The stream in place of the body.</param>
    /// <param name="serverReader">The server's own reader, which it hands out only while the body is its own.</param>
    /// <param name="capture">What is copied.</param>
    public RequestBodyTeeFeature(
        IRequestBodyPipeFeature inner,
        IHttpRequestFeature request,
        Stream tee,
        PipeReader serverReader,
        BodyCapture capture
    )
    {
        Inner = inner;
        _request = request;
        _tee = tee;
        _serverReader = serverReader;
        _capture = capture;
    }

    /// <summary>The server's own, to be put back.</summary>
    public IRequestBodyPipeFeature Inner { get; }

    // Whoever replaces the body further in gets from the server a reader over the replacement, as without us.
    public PipeReader Reader =>
        ReferenceEquals(_request.Body, _tee)
            ? _reader ??= new RequestBodyTeeReader(_serverReader, _capture)
            : Inner.Reader;
}
