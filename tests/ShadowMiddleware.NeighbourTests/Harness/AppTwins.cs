using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.NeighbourTests.Harness;

/// <summary>
/// One app, built twice: with a mirror to a shadow that records, and without. Every knob is a property; set them, then call
/// <see cref="StartAsync"/>.
/// </summary>
internal sealed class AppTwins : IAsyncDisposable
{
    private RunningApp? _mirrored;
    private RunningApp? _plain;
    private RecordingShadow? _shadow;
    private string _shadowAddress = "";
    private LedgerWatcher? _watcher;
    private int _taken;
    private ITrafficMirroringLedger _ledger = null!;

    /// <summary>What both apps register.</summary>
    public Action<WebApplicationBuilder> Configure { get; init; } = _ => { };

    /// <summary>The pipeline in front of the mirror.</summary>
    public Action<WebApplication> Front { get; init; } = _ => { };

    /// <summary>The app behind the mirror.</summary>
    public Action<WebApplication> App { get; init; } = _ => { };

    /// <summary>Keys of the shadow <c>v2</c>: <c>MaxBodyBytes</c>.</summary>
    public Dictionary<string, string?> Settings { get; } = [];

    public Action<ITrafficMirroringBuilder> ConfigureMirroring { get; init; } = _ => { };

    /// <summary>Takes out of an answer what two runs of one app never have alike, such as random tokens.</summary>
    public Func<string, string> Normalise { get; init; } = text => text;

    /// <summary>Whether both apps have to log the same kinds of warnings and errors.</summary>
    public bool ComparesComplaints { get; set; } = true;

    public HttpProtocols ShadowProtocols { get; init; } = HttpProtocols.Http1;

    /// <summary>Whether the shadow reads bodies before it answers.</summary>
    public bool ShadowReadsBodies { get; init; } = true;

    /// <summary>Answers the copies.</summary>
    public RequestDelegate ShadowHandler { get; init; } = context => context.Response.WriteAsync("shadow");

    /// <summary>Gives the address for copies, from that of <see cref="Shadow"/>, where something stands in between.</summary>
    public Func<string, Task<string>> ShadowAddress { get; init; } = Task.FromResult;

    /// <summary>The app with the mirror.</summary>
    public RunningApp Mirrored => _mirrored ?? throw NotStarted();

    /// <summary>The same app without the mirror.</summary>
    public RunningApp Plain => _plain ?? throw NotStarted();

    public RecordingShadow Shadow => _shadow ?? throw NotStarted();

    public async Task<AppTwins> StartAsync(CancellationToken token)
    {
        UnobservedExceptions.Watch();
        _shadow = await new RecordingShadow
        {
            Protocols = ShadowProtocols,
            ReadsBodies = ShadowReadsBodies,
            Handler = ShadowHandler,
        }.StartAsync(token);
        _shadowAddress = await ShadowAddress(_shadow.Address);
        _plain = await RunningApp.StartAsync(
            Configure,
            app =>
            {
                Front(app);
                App(app);
            },
            token
        );
        _mirrored = await RunningApp.StartAsync(
            ConfigureMirrored,
            app =>
            {
                Front(app);
                app.UseTrafficMirroring();
                App(app);
            },
            token
        );
        _ledger = _mirrored.Services.GetRequiredService<ITrafficMirroringLedger>();
        _watcher = new LedgerWatcher(_ledger);
        return this;
    }

    /// <summary>Sends the same request to both apps, and holds that the client gets the same from both.</summary>
    public async Task<WireAnswer> AskBothAsync(Wire wire, WireRequest request, CancellationToken token)
    {
        var expected = await Plain.AskAsync(wire, request, token);
        var actual = await Mirrored.AskAsync(wire, request, token);
        Assert.Equal(Normalise(expected.Text), Normalise(actual.Text));
        return actual;
    }

    /// <summary>Has the same conversation with both apps, and holds that both transcripts are the same.</summary>
    public async Task<string> TalkToBothAsync(Func<RunningApp, Task<string>> conversation)
    {
        var expected = await conversation(Plain);
        var actual = await conversation(Mirrored);
        Assert.Equal(expected, actual);
        return actual;
    }

    /// <summary>Sends the same request to both apps; the client gets the same, and the shadow an exact copy.</summary>
    public async Task<WireAnswer> AskAndCopyAsync(Wire wire, WireRequest request, CancellationToken token)
    {
        var answer = await AskBothAsync(wire, request, token);
        await AssertCopyAsync(request, token);
        return answer;
    }

    /// <summary>Holds that the next copy at the shadow is this request: method, raw target, fields and body.</summary>
    public Task AssertCopyAsync(WireRequest request, CancellationToken token) => AssertCopiesAsync([request], token);

    /// <summary>Holds that the next copies at the shadow are these requests, in any order: copies overtake each other.</summary>
    public async Task AssertCopiesAsync(IReadOnlyCollection<WireRequest> requests, CancellationToken token)
    {
        var copies = new List<RecordedRequest>();
        while (copies.Count < requests.Count)
        {
            copies.Add(await TakeCopyAsync(token));
        }

        CopyAssert.AreOf(requests, copies);
    }

    /// <summary>
    /// Holds that the next copies at the shadow are these arrivals with some bodies, in any order, and gives the copies in the order in
    /// which they came.
    /// </summary>
    public async Task<IReadOnlyList<RecordedRequest>> AssertCopiedAsArrivedAsync(
        IReadOnlyCollection<WireRequest> arrivals,
        CancellationToken token
    )
    {
        var copies = new List<RecordedRequest>();
        while (copies.Count < arrivals.Count)
        {
            copies.Add(await TakeCopyAsync(token));
        }

        CopyAssert.AreOf(arrivals, [.. copies.Select(copy => copy with { Body = [] })]);
        return copies;
    }

    /// <summary>The next copy at the shadow.</summary>
    public ValueTask<RecordedRequest> TakeCopyAsync(CancellationToken token)
    {
        _taken++;
        return Shadow.NextAsync(token);
    }

    /// <summary>
    /// Waits until the counts are these, as <see cref="LedgerAssert.Describe"/> writes them, and holds that they always added up, that
    /// each copy that was answered arrived once, and that both apps logged the same kinds of warnings and errors.
    /// </summary>
    public Task AssertSettledAsync(string ledger, CancellationToken token) => AssertSettledAsync([ledger], token);

    /// <summary>The same, where chance decides which of several ways a request takes.</summary>
    public async Task AssertSettledAsync(string[] ledgers, CancellationToken token)
    {
        await Eventually.HoldsAsync(() => ledgers.Contains(Counts()), Counts, token);
        await AssertSoundAsync(token);
    }

    /// <summary>The same, of requests whose number is their client's own affair: waits until each that arrived is accounted for.</summary>
    public async Task<ShadowLedger> AssertAccountedAsync(CancellationToken token)
    {
        await Eventually.HoldsAsync(
            () => Ledger is { Pending: 0, InFlight: 0 } counts && counts.Seen == Mirrored.Arrivals.Count,
            Counts,
            token
        );
        await AssertSoundAsync(token);
        return Ledger;
    }

    private async Task AssertSoundAsync(CancellationToken token)
    {
        LedgerAssert.AddsUp(_ledger.GetSnapshot());
        _watcher!.AssertSound();
        Assert.InRange(_taken + Shadow.Received, LedgerAssert.Sum(Ledger.Completed), Ledger.Mirrored);
        await Eventually.HoldsAsync(
            () => !ComparesComplaints || Complaints(Plain) == Complaints(Mirrored),
            () => $"complaints without the mirror:\n{Complaints(Plain)}\nand with it:\n{Complaints(Mirrored)}",
            token
        );
        Assert.DoesNotContain(Mirrored.Logs.OfLibrary, entry => entry.Level >= LogLevel.Error);
    }

    public async ValueTask DisposeAsync()
    {
        if (_watcher is not null)
        {
            await _watcher.DisposeAsync();
        }

        foreach (var part in (IAsyncDisposable?[])[_mirrored, _plain, _shadow])
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }
    }

    private static InvalidOperationException NotStarted() => new("Not started.");

    private static string Complaints(RunningApp app) =>
        string.Join(
            "\n",
            app.Logs.Entries.Where(entry =>
                    entry.Level >= LogLevel.Warning
                    && !entry.Category.StartsWith("ShadowMiddleware", StringComparison.Ordinal)
                    // Only the first app of a machine has no keys yet.
                    && !entry.Category.StartsWith("Microsoft.AspNetCore.DataProtection", StringComparison.Ordinal)
                )
                .Select(entry => $"{entry.Level} {entry.Category}")
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
        );

    private string Counts() => LedgerAssert.Describe(Ledger);

    private ShadowLedger Ledger => _ledger.GetSnapshot().Shadows["v2"];

    private void ConfigureMirrored(WebApplicationBuilder builder)
    {
        const string section = "TrafficMirroring";
        var data = new Dictionary<string, string?>
        {
            [$"{section}:DrainTimeout"] = "00:00:00.1",
            // Other tests run beside this one: how busy the machine is must not decide.
            [$"{section}:Protection:Enabled"] = "false",
            [$"{section}:Shadows:v2:Address"] = _shadowAddress,
            [$"{section}:Shadows:v2:QueueTimeout"] = "00:00:30",
            [$"{section}:Shadows:v2:Timeout"] = "00:00:30",
        };

        foreach (var (key, value) in Settings)
        {
            data[$"{section}:Shadows:v2:{key}"] = value;
        }

        builder.Configuration.AddInMemoryCollection(data);
        Configure(builder);
        ConfigureMirroring(builder.Services.AddTrafficMirroring(builder.Configuration.GetSection(section)));
    }
}
