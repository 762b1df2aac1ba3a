using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ShadowMiddleware.Tests.Common;

/// <summary>The features of a server, all of one assembly, with a body of which a part has arrived.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "The stream is memory, and belongs to a request."
)]
internal sealed class FakeServer
    : IHttpRequestFeature,
        IHttpRequestBodyDetectionFeature,
        IHttpMaxRequestBodySizeFeature,
        IHttpUpgradeFeature,
        IRequestBodyPipeFeature
{
    private readonly Pipe _pipe = new();
    private readonly ServerStream _stream;
    private readonly ServerPipeReader _reader;
    private PipeReader _currentReader;
    private Stream _readBody;

    public FakeServer()
    {
        _reader = new ServerPipeReader(_pipe.Reader);
        _stream = new ServerStream(_reader);
        _currentReader = _reader;
        _readBody = Body = _stream;
    }

    public string Protocol { get; set; } = "HTTP/1.1";

    public string Scheme { get; set; } = "http";

    public string Method { get; set; } = "POST";

    public string PathBase { get; set; } = "";

    public string Path { get; set; } = "/";

    public string QueryString { get; set; } = "";

    public string RawTarget { get; set; } = "/";

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    public Stream Body { get; set; }

    public bool CanHaveBody { get; set; } = true;

    public bool IsReadOnly { get; set; }

    public long? MaxRequestBodySize { get; set; } = 30_000_000;

    public bool IsUpgradableRequest { get; set; }

    /// <summary>The server's own, as opposed to what stands in for it.</summary>
    public Stream OwnBody => _stream;

    // As Kestrel does it: over a replaced body it puts a reader of its own, and keeps it until the body is replaced again.
    public PipeReader Reader
    {
        get
        {
            if (!ReferenceEquals(_readBody, Body))
            {
                _readBody = Body;
                _currentReader = ReferenceEquals(Body, _stream) ? _reader : PipeReader.Create(Body);
            }

            return _currentReader;
        }
    }

    /// <summary>How often somebody read in a way that waits.</summary>
    public int WaitingReads => _reader.WaitingReads;

    /// <summary>How often somebody asked for what has arrived.</summary>
    public int TryReads => _reader.TryReads;

    /// <summary>What asking for what has arrived throws.</summary>
    public Exception? Fault
    {
        set => _reader.Fault = value;
    }

    /// <summary>A context on these features and no others.</summary>
    public DefaultHttpContext CreateContext()
    {
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(this);
        features.Set<IHttpRequestBodyDetectionFeature>(this);
        features.Set<IHttpMaxRequestBodySizeFeature>(this);
        features.Set<IHttpUpgradeFeature>(this);
        features.Set<IRequestBodyPipeFeature>(this);
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        return new DefaultHttpContext(features);
    }

    /// <summary>Lets bytes arrive.</summary>
    public FakeServer Receive(byte[] bytes)
    {
        _pipe.Writer.Write(bytes);
        _ = _pipe.Writer.FlushAsync().AsTask();
        return this;
    }

    /// <summary>Lets the end of the body arrive.</summary>
    public FakeServer End()
    {
        _pipe.Writer.Complete();
        return this;
    }

    public Task<Stream> UpgradeAsync() => throw new NotSupportedException();

    private sealed class ServerPipeReader(PipeReader inner) : PipeReader
    {
        public int WaitingReads { get; private set; }

        public int TryReads { get; private set; }

        public Exception? Fault { get; set; }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            WaitingReads++;
            return inner.ReadAsync(cancellationToken);
        }

        public override bool TryRead(out ReadResult result)
        {
            TryReads++;
            return Fault is null ? inner.TryRead(out result) : throw Fault;
        }

        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) =>
            inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }

    private sealed class ServerStream(PipeReader reader) : Stream
    {
        private readonly Stream _inner = reader.AsStream();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => _inner.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _inner.ReadAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(
            byte[] buffer,
            int offset,
            int count,
            CancellationToken cancellationToken
        ) => _inner.ReadAsync(buffer, offset, count, cancellationToken);

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
