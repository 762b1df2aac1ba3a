using System.Net;
using System.Net.Sockets;
using ShadowMiddleware.Fuzzer.Apps;
using ShadowMiddleware.Fuzzer.Generation;
using ShadowMiddleware.Fuzzer.Judging;

namespace ShadowMiddleware.Fuzzer.Clients;

/// <summary>Carries out the steps of a case on one connection, and reads all the while.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
    };
    private readonly MemoryStream _received = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly TimeSpan _patience;
    private long _count;
    private long _countAtSend;
    private long _countAtEnd;
    private int _timeouts;
    private ConnectionEnd? _end;

    private RawClient(TimeSpan patience) => _patience = patience;

    /// <param name="host">The app.</param>
    /// <param name="fuzzCase">The case.</param>
    /// <param name="patience">For how long a silent server is taken to be one that waits for the client.</param>
    public static async Task<ClientRun> RunAsync(AppHost host, FuzzCase fuzzCase, TimeSpan patience)
    {
        using var client = new RawClient(patience);
        try
        {
            return await client.RunAsync(host, fuzzCase);
        }
        catch (OperationCanceledException exception)
        {
            throw new FuzzFailure($"A connection does not end.\n\n{Script.Describe(fuzzCase)}", exception)
            {
                Case = fuzzCase.Number,
            };
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _received.Dispose();
        _arrived.Dispose();
    }

    private async Task<ClientRun> RunAsync(AppHost host, FuzzCase fuzzCase)
    {
        using var limit = new CancellationTokenSource(Hang);

        // The port is what the app's side knows the connection by.
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await _socket.ConnectAsync(IPAddress.Loopback, fuzzCase.IsHttp2 ? host.Http2Port : host.Port, limit.Token);
        var log = await host.Recorder.TakeAsync(((IPEndPoint)_socket.LocalEndPoint!).Port, limit.Token);
        log.Case = fuzzCase.Number;

        var reading = ReadAsync();
        var left = false;
        foreach (var step in fuzzCase.Steps)
        {
            left |= await CarryOutAsync(step);
        }

        var end = left ? ConnectionEnd.Left : await AwaitEndAsync();
        _socket.Close();
        await reading;

        // Every request has left the app and the middleware by then, so that what became of it can be counted.
        await log.Ended.WaitAsync(limit.Token);
        return new ClientRun(View(end, fuzzCase), log);
    }

    private ClientView View(ConnectionEnd end, FuzzCase fuzzCase)
    {
        // An orderly end cuts nothing off, and a reset may cut off everything.
        var received = _received.ToArray();
        return new ClientView(received, end == ConnectionEnd.Silent ? (int)_countAtEnd : 0, end, _timeouts, fuzzCase);
    }

    /// <summary>Takes a step; <see langword="true"/> when the client has left with it.</summary>
    private async Task<bool> CarryOutAsync(Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Send:
                await SendAsync(step.Bytes);
                return false;
            case StepKind.Pause:
                await Task.Delay(Pause);
                return false;
            case StepKind.AwaitData:
                await AwaitDataAsync();
                return false;
            case StepKind.HalfClose:
                HalfClose();
                await AwaitSilenceAsync(_patience * 4);
                return true;
            case StepKind.Reset:
                _socket.LingerState = new LingerOption(enable: true, seconds: 0);
                _socket.Close();
                return true;
            default:
                _socket.Close();
                return true;
        }
    }

    private async Task SendAsync(byte[] bytes)
    {
        _countAtSend = Interlocked.Read(ref _count);
        try
        {
            // A server that has stopped reading must not hold up the script for ever.
            using var limit = new CancellationTokenSource(_patience * 4);
            await _socket.SendAsync(bytes, SocketFlags.None, limit.Token).AsTask();
        }
        catch (Exception exception)
            when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The server has closed: what it said before is still to be read.
        }
    }

    private void HalfClose()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // Closed already.
        }
    }

    /// <summary>Waits for the end; a server that waits for more of a request is told that there is none.</summary>
    private async Task<ConnectionEnd> AwaitEndAsync()
    {
        if (await AwaitSilenceAsync(_patience))
        {
            return _end!.Value;
        }

        _timeouts++;
        _countAtEnd = Interlocked.Read(ref _count);
        HalfClose();
        await AwaitSilenceAsync(_patience * 4);
        return ConnectionEnd.Silent;
    }

    // Whether the connection has ended, rather than gone silent.
    private async Task<bool> AwaitSilenceAsync(TimeSpan patience)
    {
        while (_end is null)
        {
            if (!await _arrived.WaitAsync(patience))
            {
                return _end is not null;
            }
        }

        return true;
    }

    private async Task AwaitDataAsync()
    {
        while (_end is null && Interlocked.Read(ref _count) == _countAtSend)
        {
            if (!await _arrived.WaitAsync(_patience))
            {
                _timeouts++;
                return;
            }
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int read;
            while ((read = await _socket.ReceiveAsync(buffer)) > 0)
            {
                _received.Write(buffer, 0, read);
                Interlocked.Add(ref _count, read);
                _arrived.Release();
            }

            _end = ConnectionEnd.Closed;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset)
        {
            _end = ConnectionEnd.Reset;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Closed on this side.
        }

        _arrived.Release();
    }
}
