using ShadowMiddleware.LoadTest.CommandLine;
using ShadowMiddleware.LoadTest.Faults;
using ShadowMiddleware.LoadTest.Load;
using ShadowMiddleware.LoadTest.Measuring;
using ShadowMiddleware.LoadTest.Processes;

namespace ShadowMiddleware.LoadTest.Scenarios;

/// <summary>Starts the app of a case, loads it at a constant rate, and measures from the moment on at which copies go where the case says.</summary>
internal sealed class IsolationMeter
{
    /// <summary>Requests a second: a load that leaves room on two processors, for whatever else runs there as well.</summary>
    public const double Rate = 1000;

    // An app whose threads are all taken is late by half a minute, and that is what is to be measured.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    // Each copy that blocks adds to how long a dry run takes, and shows nothing that the first did not.
    private const double DryRate = 200;

    private readonly Arguments _arguments;
    private readonly Failures _failures;
    private readonly ServedProcess _healthy;
    private readonly SilentNameServer? _names;

    /// <param name="arguments">How long.</param>
    /// <param name="failures">Told what is wrong with a measurement.</param>
    /// <param name="healthy">The healthy shadow.</param>
    /// <param name="names">Whom names are asked of; <see langword="null"/>: whom the machine asks.</param>
    public IsolationMeter(Arguments arguments, Failures failures, ServedProcess healthy, SilentNameServer? names)
    {
        _arguments = arguments;
        _failures = failures;
        _healthy = healthy;
        _names = names;
    }

    /// <summary>Whether a case can be measured here.</summary>
    public bool Reaches(IsolationCase one) => _names is not null || !one.AsksForNames;

    /// <exception cref="LoadException">The app did not answer as it should.</exception>
    public async Task<Figures> MeasureAsync(IsolationCase one)
    {
        await using var shadow = one.Fault is { } fault
            ? await ServedProcess.StartAsync(Role.FaultyShadow, new FaultyShadowSettings(fault))
            : null;
        var scheme = one.Fault == ShadowFault.UnknownIssuer ? "https" : "http";
        var settings = new IsolatedAppSettings($"{scheme}://{(shadow ?? _healthy).Authority}", _healthy.Address);
        await using var app = await ServedProcess.StartAsync(Role.IsolatedApp, one.Configure(settings));
        await using var uploader = one.Uploads
            ? await ServedProcess.StartAsync(Role.Uploader, new UploaderSettings(app.Address))
            : null;
        return await MeasureAsync(one, new Subject(app.Port, app, Proxy: null, shadow ?? _healthy, uploader));
    }

    private async Task<Figures> MeasureAsync(IsolationCase one, Subject subject)
    {
        var rate = _arguments.Dry ? DryRate : Rate;
        using var clients = LoadClients.Connect(subject.Port);
        await clients.LoadAsync(rate: null, _arguments.WarmUp);
        await Meter.LoadAsync(clients, subject, rate, _arguments.Settle);
        _names?.TakeQuestions();

        var before = await Look.BeginAsync(subject);
        await subject.App.TurnAsync();
        var load = await Meter.LoadAsync(clients, subject, rate, _arguments.Time, Patience);
        var after = await Look.ReadAsync(subject);
        Check(one, before, after);
        return Meter.Compute(subject, load, before, after);
    }

    private void Check(IsolationCase one, Look before, Look after)
    {
        var copies = after.App.Copies - before.App.Copies;
        _failures.AddIf(!copies.AddsUp, $"{one.Name}: the ledger does not add up: {copies}");

        var reached = one.AsksForNames ? _names!.TakeQuestions() : after.Shadow!.Received > before.Shadow!.Received;

        // On a busy machine, a moment may be too short for the first copy to arrive.
        _failures.AddIf(!reached && !_arguments.Dry, $"{one.Name}: no copy has got to where it goes wrong: {copies}");
    }
}
