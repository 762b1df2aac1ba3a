using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Capture;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>
/// A mirrored app, its twin and an exact shadow, for as many cells of a matrix as one wants. Cells are run against both hosts and
/// compared: what the client sees, what the app sees and, at the end, what the server logs.
/// </summary>
internal sealed class FaultStage : IAsyncDisposable
{
    private readonly RawShadow _shadow = RawShadow.Start();
    private readonly ConcurrentQueue<string> _deviations = [];
    private readonly ConcurrentDictionary<string, FaultRequest> _requests = new(StringComparer.Ordinal);

    private FaultStage(MirrorEnvironment environment)
    {
        Environment = environment;
        Environment.Shadows["v2"] = _shadow.Address;
        Environment.Settings["Shadows:v2:QueueTimeout"] = "00:01:00";
    }

    public MirrorEnvironment Environment { get; }

    public static async Task<FaultStage> StartAsync(
        bool isHttp2,
        RequestDelegate app,
        CancellationToken token,
        Action<WebApplication>? front = null,
        Action<WebApplication>? behind = null,
        Action<KestrelServerOptions>? kestrel = null,
        Action<IServiceCollection>? services = null
    )
    {
        var stage = new FaultStage(
            new MirrorEnvironment
            {
                WithTwin = true,
                Protocols = isHttp2 ? HttpProtocols.Http2 : HttpProtocols.Http1,
                ConfigureKestrel = kestrel,
                ConfigureServices = collection =>
                {
                    collection.AddSingleton<AppViews>();
                    services?.Invoke(collection);
                },
                BeforeMirror = host =>
                {
                    host.Use(Fronts.EndAsync);
                    front?.Invoke(host);
                    host.Use(Fronts.Witness);
                },
                App = host =>
                {
                    behind?.Invoke(host);
                    host.Run(app);
                },
            }
        );
        await stage.Environment.StartAsync(token);
        return stage;
    }

    public static AppView View(PrimaryHost host, string name) => host.Services.GetRequiredService<AppViews>()[name];

    /// <summary>Runs one cell against the twin and against the mirrored app and keeps what differs.</summary>
    /// <param name="request">The request of the cell.</param>
    /// <param name="client">Plays the client and says what it saw.</param>
    /// <param name="token">Ends the wait.</param>
    /// <param name="isSeen">Whether the app is reached at all.</param>
    public async Task CompareAsync(
        FaultRequest request,
        Func<PrimaryHost, FaultRequest, AppView, CancellationToken, Task<string>> client,
        CancellationToken token,
        bool isSeen = true
    )
    {
        var sights = await Task.WhenAll(
            SightAsync(Environment.Twin, request, client, isSeen, token),
            RunAsync(request, client, token, isSeen)
        );
        if (sights[0] != sights[1])
        {
            _deviations.Enqueue($"--- {request.Name}\nwithout the mirror:\n{sights[0]}\nwith it:\n{sights[1]}\n");
        }
    }

    /// <summary>Runs one cell against the mirrored app alone.</summary>
    /// <inheritdoc cref="CompareAsync" />
    public Task<string> RunAsync(
        FaultRequest request,
        Func<PrimaryHost, FaultRequest, AppView, CancellationToken, Task<string>> client,
        CancellationToken token,
        bool isSeen = true
    )
    {
        _requests[request.Name] = request;
        return SightAsync(Environment.Primary, request, client, isSeen, token);
    }

    /// <summary>
    /// Ends all and checks what holds for every matrix: the ledger adds up, all buffers are back, each copy is exact, every body that the
    /// app has read whole was copied, and the server logged what the twin's did.
    /// </summary>
    /// <param name="token">Ends the wait.</param>
    /// <param name="hasTwin">Whether the twin has had the same requests, so that it has logged the same.</param>
    /// <returns>The counts of the shadow, and its copies by the name of their request.</returns>
    public async Task<(ShadowLedger Ledger, IReadOnlyDictionary<string, RawMessage> Copies)> EndAsync(
        CancellationToken token,
        bool hasTwin = true
    )
    {
        var ledger = await Environment.WaitUntilSettledAsync(token);
        var budget = Environment.Service<ByteBudget>();
        await Eventually.HoldsAsync(() => budget.Used == 0, () => $"{budget.Used} bytes are held", token);
        await Environment.Twin.StopAsync(token);
        await Environment.Primary.StopAsync(token);

        var copies = await ReadCopiesAsync(token);
        Assert.Equal(LedgerAssert.Sum(ledger.Completed), copies.Count);
        foreach (var (name, request) in _requests)
        {
            CheckCopy(name, request, copies);
        }

        if (!_deviations.IsEmpty)
        {
            Assert.Fail(
                $"{_deviations.Count} deviations ({LedgerAssert.Describe(ledger)}):\n{string.Join('\n', _deviations.Take(20))}"
            );
        }

        if (hasTwin)
        {
            ServerLogs.AssertSame(Environment.TwinLogs, Environment.Logs);
        }

        ServerLogs.AssertLibraryIsQuiet(Environment.Logs);
        UnobservedExceptions.AssertNone();
        return (ledger, copies);
    }

    public async ValueTask DisposeAsync()
    {
        await Environment.DisposeAsync();
        await _shadow.DisposeAsync();
    }

    private static async Task<string> SightAsync(
        PrimaryHost host,
        FaultRequest request,
        Func<PrimaryHost, FaultRequest, AppView, CancellationToken, Task<string>> client,
        bool isSeen,
        CancellationToken token
    )
    {
        var view = View(host, request.Name);
        try
        {
            var sight = await client(host, request, view, token);
            if (isSeen)
            {
                await view.Ended.Task.WaitAsync(token);
            }

            return $"client: {sight}\napp: {view}";
        }
        catch (OperationCanceledException exception)
        {
            return $"did not end: {exception.Message}\napp: {view}";
        }
    }

    private void CheckCopy(string name, FaultRequest request, Dictionary<string, RawMessage> copies)
    {
        var view = View(Environment.Primary, name);
        if (copies.TryGetValue(name, out var copy))
        {
            var expected = view.Replacement ?? request.Content;
            if (!copy.Body.AsSpan().SequenceEqual(expected))
            {
                _deviations.Enqueue(
                    $"--- {name}: the copy is not the original: {copy.Body.Length} of {expected.Length} bytes\n{copy}"
                );
            }
        }
        else if (view.BodyDone.Task.IsCompletedSuccessfully)
        {
            _deviations.Enqueue($"--- {name}: the app has read the whole body, but there is no copy");
        }
    }

    private async Task<Dictionary<string, RawMessage>> ReadCopiesAsync(CancellationToken token)
    {
        var copies = new Dictionary<string, RawMessage>(StringComparer.Ordinal);
        while (_shadow.Received > 0)
        {
            var copy = await _shadow.NextAsync(token);

            // Throws when there are two of one request.
            copies.Add(copy.Value(FaultRequest.NameField)!, copy);
        }

        return copies;
    }
}
