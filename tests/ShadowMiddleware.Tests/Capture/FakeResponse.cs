using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Capture;

/// <summary>
/// The response of a server whose stream and writer end in one place, as Kestrel's do. It takes what was written at once, and completes
/// the call at once or later. Memory that the app has given back is filled with rubbish.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "The stream is memory."
)]
internal sealed class FakeResponse : IHttpResponseFeature, IHttpResponseBodyFeature
{
    private readonly MemoryStream _wire = new();

    public FakeResponse()
    {
        Writer = new FakeResponseWriter(this);
        Stream = new FakeResponseStream(this);
    }

    public int StatusCode { get; set; } = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    // Of another time: the interface still has it.
    public Stream Body { get; set; } = Stream.Null;

    public bool HasStarted => _wire.Length > 0;

    public Stream Stream { get; }

    public PipeWriter Writer { get; }

    /// <summary>What the client received, what the writer still holds included at the end only.</summary>
    public byte[] Wire => _wire.ToArray();

    /// <summary>What was called, in order.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Holds the end of asynchronous calls back until it completes. The bytes are taken at once all the same.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Whether asynchronous calls complete later, on another thread.</summary>
    public bool IsAsync { get; set; }

    /// <summary>What the next call throws.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Whether the fault is thrown by the call itself, rather than by the task it returns.</summary>
    public bool FaultsAtOnce { get; set; }

    public bool TellsUnflushedBytes { get; set; } = true;

    /// <summary>What the writer throws when it is asked what it holds.</summary>
    public Exception? UnflushedFault { get; set; }

    public CancellationToken LastToken { get; private set; }

    public static DefaultHttpContext Context(FakeResponse response, IHttpResponseBodyFeature? body = null)
    {
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature { Method = "GET" });
        features.Set<IHttpResponseFeature>(response);
        features.Set(body ?? response);
        return new DefaultHttpContext(features);
    }

    /// <summary>Does what a server does at the end of a request.</summary>
    public void Finish() => ((FakeResponseWriter)Writer).SendHeld();

    public void Send(ReadOnlySpan<byte> bytes) => _wire.Write(bytes);

    /// <summary>Sends what the writer holds and then <paramref name="bytes"/>, and completes when the gate opens.</summary>
    public Task Take(string call, ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        LastToken = token;
        Called(call, FaultsAtOnce);
        if (Fault is null)
        {
            Finish();
            Send(bytes.Span);
        }

        return Gate.IsCompleted && !IsAsync && Fault is null ? Task.CompletedTask : Later();
    }

    public void Called(string call, bool throws = true)
    {
        Calls.Add(call);
        if (throws && Fault is not null)
        {
            throw Fault;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken = default) =>
        Take("StartAsync", default, cancellationToken);

    public Task CompleteAsync() => Take("CompleteAsync", default, CancellationToken.None);

    public void DisableBuffering() => Called("DisableBuffering");

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
    {
        var bytes = File.ReadAllBytes(path).AsMemory((int)offset);
        return Take($"SendFileAsync({offset}, {count})", bytes[..(int)(count ?? bytes.Length)], cancellationToken);
    }

    public void OnStarting(Func<object, Task> callback, object state) => throw new NotSupportedException();

    public void OnCompleted(Func<object, Task> callback, object state) => throw new NotSupportedException();

    private async Task Later()
    {
        await Soon.Ends(Gate);
        await Task.Yield();
        if (Fault is not null)
        {
            throw Fault;
        }
    }
}
