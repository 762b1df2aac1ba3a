using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Reloading;

/// <summary>A primary under load, its shadows, and the reloads: each with requests before, after and across it.</summary>
internal sealed class ReloadStage : IAsyncDisposable
{
    public const int Clients = 4;

    // What is still to be sent when a reload comes.
    private const int Backlog = 2 * Clients;
    private const int RequestsPerReload = 3 * Clients;

    private readonly HoldingApp _app = new();
    private readonly RecordingShadow _first = new();
    private readonly RecordingShadow _second = new();
    private readonly RecordingShadow _http2 = new() { Protocols = HttpProtocols.Http2 };
    private readonly RecordingShadow _guest = new();
    private readonly CancellationToken _token;

    private ReloadStage(CancellationToken token) => _token = token;

    public ReloadedKeys Keys { get; private set; } = null!;

    public MirrorEnvironment Environment { get; private set; } = null!;

    public SteadyLoad Load { get; private set; } = null!;

    /// <summary>How many reloads were good.</summary>
    public int GoodReloads { get; private set; }

    public static async Task<ReloadStage> SetAsync(CancellationToken token)
    {
        var stage = new ReloadStage(token);
        foreach (var shadow in new[] { stage._first, stage._second, stage._http2, stage._guest })
        {
            await shadow.StartAsync(token);
        }

        stage.Keys = new ReloadedKeys(
            stage._first.Address,
            stage._second.Address,
            stage._http2.Address,
            stage._guest.Address
        );
        stage.Environment = new MirrorEnvironment { App = stage._app.Map };
        foreach (var (key, value) in stage.Keys.Start.Where(setting => setting.Value is not null))
        {
            stage.Environment.Settings[key] = value;
        }

        await stage.Environment.StartAsync(token);
        stage.Load = new SteadyLoad(stage.Environment.Primary, Clients, token);
        return stage;
    }

    /// <summary>Puts the second value of a key in force, then the first again.</summary>
    public async Task AlternateAsync(TwoValues values)
    {
        var first = Keys.Start;
        await ReloadAsync([.. values.First.Select(setting => (setting.Key, (string?)null)), .. values.Second]);
        await ReloadAsync([
            .. values
                .First.Concat(values.Second)
                .Select(setting => (setting.Key, first.GetValueOrDefault(setting.Key))),
        ]);
    }

    /// <summary>A good reload while requests come, one of which is in the app when it happens.</summary>
    public async Task ReloadAsync(params (string Key, string? Value)[] changes)
    {
        await AcrossAsync(() => Environment.Reload(changes));
        GoodReloads++;
    }

    /// <summary>A bad reload, signalled twice as by a watcher of files, and the way back.</summary>
    /// <returns>The numbers of the requests that came before, between and after: none of them may feel it.</returns>
    public async Task<IEnumerable<int>> SpoilAsync(BadReload bad)
    {
        var first = Keys.Start;
        var across = await AcrossAsync(() => Environment.Reload(bad.Changes));
        var signalledAgain = await AcrossAsync(() => Environment.Reload());
        var (between, answered) = Load.Send(isHeld: false, _token);
        await answered;
        await ReloadAsync([.. bad.Changes.Select(change => (change.Key, first.GetValueOrDefault(change.Key)))]);
        return [across, signalledAgain, between];
    }

    /// <summary>Sends some requests and waits until they are over.</summary>
    public async Task SettleAsync()
    {
        Load.Add(RequestsPerReload);
        await WaitForSeenAsync(Load.Issued);
        await Environment.WaitUntilSettledAsync(_token, ReloadedKeys.Shadow);
    }

    /// <summary>What the shadow has received that is always there, wherever it was.</summary>
    public Task<List<RecordedRequest>> ReceivedAsync() => TakeAsync(_first, _second, _http2);

    /// <summary>What the shadow has received that comes and goes.</summary>
    public Task<List<RecordedRequest>> ReceivedByGuestAsync() => TakeAsync(_guest);

    public async ValueTask DisposeAsync()
    {
        await Environment.DisposeAsync();
        foreach (var shadow in new[] { _first, _second, _http2, _guest })
        {
            await shadow.DisposeAsync();
        }
    }

    private async Task<int> AcrossAsync(Action reload)
    {
        var arrived = _app.Arrived;
        var (number, answered) = Load.Send(isHeld: true, _token);
        await arrived.WaitAsync(_token);
        Load.Add(RequestsPerReload);
        await WaitForSeenAsync(Load.Issued - Backlog);
        reload();
        _app.LetGo();
        await answered;
        return number;
    }

    private Task WaitForSeenAsync(int count) =>
        Environment.WaitUntilAsync(
            (LedgerSnapshot snapshot) => snapshot.Shadows[ReloadedKeys.Shadow].Seen >= count,
            _token
        );

    private async Task<List<RecordedRequest>> TakeAsync(params RecordingShadow[] shadows)
    {
        var all = new List<RecordedRequest>();
        foreach (var shadow in shadows)
        {
            while (shadow.Received > 0)
            {
                all.Add(await shadow.NextAsync(_token));
            }
        }

        return all;
    }
}
