using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ShadowMiddleware.Background;

namespace ShadowMiddleware.Tests.Background;

/// <summary>Answers when a test says so, and records on which threads it was asked.</summary>
internal sealed class TestLookup : IHostLookup, IDisposable
{
    private readonly ConcurrentDictionary<string, BlockingCollection<IPAddress[]?>> _answers = [];
    private int _running;

    /// <summary>The hosts that were asked for, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    public ConcurrentQueue<Thread> Threads { get; } = [];

    /// <summary>Whether one of them was of the pool, or would keep the process alive.</summary>
    public bool UsedThreadOfOthers { get; private set; }

    public int Running => Volatile.Read(ref _running);

    /// <summary>Lets one lookup of a host, which may be under way, find addresses; or none.</summary>
    public void Answer(string host, params string[] addresses) =>
        Answers(host).Add(addresses.Length == 0 ? null : [.. addresses.Select(IPAddress.Parse)]);

    public IPAddress[] Find(string host)
    {
        Interlocked.Increment(ref _running);
        Threads.Enqueue(Thread.CurrentThread);
        UsedThreadOfOthers |= Thread.CurrentThread is { IsThreadPoolThread: true } or { IsBackground: false };
        Asked.Enqueue(host);
        try
        {
            return Answers(host).Take() ?? throw new SocketException((int)SocketError.HostNotFound);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    /// <summary>Ends the lookups that still wait.</summary>
    public void Dispose()
    {
        foreach (var answers in _answers.Values)
        {
            answers.CompleteAdding();
        }
    }

    private BlockingCollection<IPAddress[]?> Answers(string host) => _answers.GetOrAdd(host, static _ => []);
}
