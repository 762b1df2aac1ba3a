using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Grpc;

/// <summary>
/// A process of Node.js with <c>@grpc/grpc-js</c>: the client that calls, and the shadow that receives. Commands go in as lines of JSON,
/// and what either side sees comes out as such. It ends with its input, or is ended.
/// </summary>
public sealed class GrpcPeer : IAsyncLifetime
{
    private const string Folder = "tests/ShadowMiddleware.FunctionalTests/Grpc/Peer";
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Channel<JsonObject>> _events = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _writing = new(1);
    private readonly TaskCompletionSource<int> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? _node;
    private Task _reading = Task.CompletedTask;
    private Task<string> _errors = Task.FromResult("");
    private string? _missing;
    private int _calls;

    internal string ShadowAddress { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var folder = Path.Combine(FindRepository(), Folder);
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            _missing = $"The gRPC peer is not installed. Run: npm ci --prefix {Folder}";
            return;
        }

        try
        {
            _node = Start(folder);
        }
        catch (Win32Exception)
        {
            _missing = $"Node.js (20 or later) is not installed. Install it, then run: npm ci --prefix {Folder}";
            return;
        }

        _errors = _node.StandardError.ReadToEndAsync();
        _reading = ReadAsync(_node.StandardOutput);
        ShadowAddress = $"http://127.0.0.1:{await _ready.Task.WaitAsync(StartTime)}";
    }

    /// <summary>Skips the test without a peer.</summary>
    internal void Require()
    {
        if (_missing is not null)
        {
            Prerequisite.IsMissing(_missing);
        }
    }

    /// <summary>Lets the client make a call.</summary>
    internal async Task<PeerCall> OpenAsync(Uri target, PeerRequest request)
    {
        var id = Interlocked.Increment(ref _calls);
        var call = new PeerCall(this, id, Events(CallKey(id)).Reader);
        await CommandAsync(request.ToCommand(id, target.Authority));
        return call;
    }

    /// <summary>Waits until the server receives the copy of a call of this test.</summary>
    internal async Task<ReceivedCall> NextReceivedAsync(string test, CancellationToken token)
    {
        var events = Events(test).Reader;
        var received = await events.ReadAsync(token);
        Assert.Equal("received", (string?)received["event"]);
        return new ReceivedCall(received, events);
    }

    /// <summary>Whether the server received anything of this test that nobody has looked at.</summary>
    internal bool HasReceived(string test) => Events(test).Reader.Count > 0;

    internal async Task CommandAsync(JsonObject command)
    {
        await _writing.WaitAsync();
        try
        {
            await _node!.StandardInput.WriteLineAsync(command.ToJsonString());
            await _node.StandardInput.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await EndAsync(_node);
            _node.Dispose();
        }

        _writing.Dispose();
    }

    private static Process Start(string folder)
    {
        var start = new ProcessStartInfo("node", ["peer.js"])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // A proxy of the surroundings is not for loopback.
        start.Environment["no_grpc_proxy"] = "127.0.0.1";
        return Process.Start(start)!;
    }

    private async Task EndAsync(Process node)
    {
        node.StandardInput.Close();
        using var patience = new CancellationTokenSource(EndTime);
        try
        {
            await node.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            node.Kill(entireProcessTree: true);
            await node.WaitForExitAsync(CancellationToken.None);
        }

        await _reading;
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            var next = JsonNode.Parse(line)!.AsObject();
            if ((string?)next["event"] == "ready")
            {
                _ready.SetResult((int)next["port"]!);
            }
            else
            {
                var key = next["id"] is { } id ? CallKey((int)id) : (string)next["test"]!;
                Events(key).Writer.TryWrite(next);
            }
        }

        // Whoever still waits learns why in vain.
        var end = new InvalidOperationException($"The gRPC peer has ended. {await _errors}");
        _ready.TrySetException(end);
        foreach (var events in _events.Values)
        {
            events.Writer.TryComplete(end);
        }
    }

    private static string CallKey(int id) => $"call {id}";

    private Channel<JsonObject> Events(string key) =>
        _events.GetOrAdd(key, static _ => Channel.CreateUnbounded<JsonObject>());

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ShadowMiddleware.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new InvalidOperationException("The tests do not lie below the repository that they test.");
    }
}
