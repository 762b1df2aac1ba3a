using System.Threading.Channels;

namespace ShadowMiddleware.FunctionalTests.Http2;

/// <summary>One request on one stream of a connection, as far as it has arrived.</summary>
internal sealed class Http2Copy(int stream, int number, string? mark)
{
    private readonly Channel<bool> _news = Channel.CreateUnbounded<bool>();
    private long _window = 65_535;

    public int Stream => stream;

    /// <summary>Which of the connection's requests it is, from 1.</summary>
    public int Number => number;

    /// <summary>Whose body it has to be.</summary>
    public string? Mark => mark;

    /// <summary>The tag, as it was sent.</summary>
    public string? Tag { get; init; }

    public int Received { get; set; }

    public bool IsReset { get; private set; }

    /// <summary>Whether the shadow has reset the stream.</summary>
    public bool IsRefused { get; set; }

    public void AddWindow(long bytes)
    {
        Interlocked.Add(ref _window, bytes);
        _news.Writer.TryWrite(true);
    }

    public void Reset()
    {
        IsReset = true;
        _news.Writer.TryWrite(true);
    }

    /// <summary>Waits until the client takes so many bytes on this stream; <see langword="false"/> when it gave up the stream.</summary>
    public async Task<bool> TakeWindowAsync(int bytes, CancellationToken token)
    {
        while (!IsReset && Interlocked.Read(ref _window) < bytes)
        {
            await _news.Reader.ReadAsync(token);
        }

        Interlocked.Add(ref _window, -bytes);
        return !IsReset;
    }
}
