using System.Globalization;
using ShadowMiddleware.LoadTest.CommandLine;
using ShadowMiddleware.LoadTest.Load;
using ShadowMiddleware.LoadTest.Measuring;

namespace ShadowMiddleware.LoadTest.Scenarios;

/// <summary>
/// The app alone, mirrored, and with the alternatives. In each round every setup is measured once, in another order each time, and each
/// between two measurements of the app alone: what the machine does meanwhile meets both.
/// </summary>
internal sealed class ComparisonScenario
{
    /// <summary>Of the app's own capacity with every request copied: a load that leaves room, as a service has it.</summary>
    public const double ConstantShare = 0.4;

    private readonly Arguments _arguments;
    private readonly Failures _failures;
    private readonly Meter _meter;
    private readonly Action<string> _tell;
    private readonly Row _aloneSaturated = new(Setups.Alone, LoadKind.Saturated);
    private readonly Row _aloneConstant = new(Setups.Alone, LoadKind.Constant);
    private readonly Row _sender = new(Setups.Sender, LoadKind.Sending);

    /// <param name="arguments">How often, and how long.</param>
    /// <param name="failures">Told what goes wrong.</param>
    /// <param name="tell">Told what is going on: a run takes its time.</param>
    public ComparisonScenario(Arguments arguments, Failures failures, Action<string> tell)
    {
        _arguments = arguments;
        _failures = failures;
        _meter = new Meter(arguments.Settle, arguments.Time, new CopyCheck(failures, arguments.Dry));
        _tell = tell;
    }

    public async Task<Comparison> RunAsync(string? nginx)
    {
        _tell("Starting the processes");
        await using var fleet = await Fleet.StartAsync(nginx, _failures);
        await WarmUpAsync(fleet);

        var rate = ConstantShare * await MeasureCapacityAsync(fleet);
        for (var round = 1; round <= _arguments.Rounds; round++)
        {
            await MeasureAsync(fleet, fleet.Saturated, _aloneSaturated, rate: null, round);
            await MeasureAsync(fleet, fleet.Constant, _aloneConstant, rate, round);
            await MeasureSenderAsync(fleet, round);
        }

        Row?[] rows =
        [
            _aloneSaturated,
            .. fleet.Saturated.Select(setup => setup.Row),
            fleet.Skipped,
            _aloneConstant,
            .. fleet.Constant.Select(setup => setup.Row),
            _sender,
        ];
        return new Comparison(rows.OfType<Row>().ToArray(), rate);
    }

    private async Task WarmUpAsync(Fleet fleet)
    {
        await TryAsync("the app alone", () => Meter.WarmUpAsync(fleet.Alone, _arguments.WarmUp));
        foreach (var setup in fleet.All)
        {
            _tell($"Warming up: {setup.Row.Setup}");
            await TryAsync(setup.Row.Setup, () => Meter.WarmUpAsync(setup.Subject, _arguments.WarmUp));
        }

        await TryAsync(Setups.Sender, () => fleet.Sender.SendAsync(_arguments.WarmUp));
    }

    private async Task<double> MeasureCapacityAsync(Fleet fleet)
    {
        var unprotected = fleet.Saturated.Single(setup => setup.Row.Setup == Setups.Unprotected);
        var figures = await _meter.MeasureAsync("capacity", unprotected.Subject, rate: null);
        _tell(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Capacity with every request copied: {figures.RequestsPerSecond:N0}/s"
            )
        );
        return figures.RequestsPerSecond;
    }

    private async Task MeasureAsync(Fleet fleet, IReadOnlyList<Setup> setups, Row aloneRow, double? rate, int round)
    {
        var before = await TryMeasureAsync(aloneRow, fleet.Alone, rate, round);
        AddAlone(aloneRow, before, round);
        for (var i = 0; i < setups.Count; i++)
        {
            var (subject, row) = setups[(i + round - 1) % setups.Count];
            var measured = await TryMeasureAsync(row, subject, rate, round);
            var after = await TryMeasureAsync(aloneRow, fleet.Alone, rate, round);
            AddAlone(aloneRow, after, round);
            if (measured is not null && before is not null && after is not null)
            {
                row.Add(new Sample(round, measured, Figures.Between(before, after)));
            }

            before = after;
        }
    }

    private async Task MeasureSenderAsync(Fleet fleet, int round)
    {
        _tell(Told(round, Setups.Sender));
        var measured = await TryAsync(Setups.Sender, () => _meter.MeasureAsync(fleet.Sender, fleet.Shadow));
        if (measured is not null && _aloneSaturated.Samples is [.., var alone])
        {
            _sender.Add(new Sample(round, measured, alone.Measured));
        }
    }

    private static void AddAlone(Row row, Figures? alone, int round)
    {
        if (alone is not null)
        {
            row.Add(new Sample(round, alone, alone));
        }
    }

    private Task<Figures?> TryMeasureAsync(Row row, Subject subject, double? rate, int round)
    {
        var what = $"{row.Setup}, {(rate is null ? "saturated" : "constant rate")}";
        _tell(Told(round, what));
        return TryAsync($"{what}, round {round}", () => _meter.MeasureAsync(what, subject, rate));
    }

    // One setup that fails does not take the figures of the others with it. That it failed is told, and in the exit code.
    private async Task<T?> TryAsync<T>(string what, Func<Task<T>> measure)
        where T : class
    {
        try
        {
            return await measure();
        }
        catch (Exception exception)
            when (exception is LoadException or InvalidOperationException or TimeoutException or IOException)
        {
            _failures.Add($"{what}: {exception.Message}");
            return null;
        }
    }

    private string Told(int round, string what) => $"Round {round} of {_arguments.Rounds}: {what}";
}
