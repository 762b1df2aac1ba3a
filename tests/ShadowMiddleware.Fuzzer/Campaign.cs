using ShadowMiddleware.Fuzzer.Generation;
using ShadowMiddleware.Fuzzer.Judging;

namespace ShadowMiddleware.Fuzzer;

/// <summary>Rounds until the time is up, and the settlement of the whole.</summary>
internal sealed class Campaign
{
    // One case says little about races: alone, it is carried out as often as this.
    private const int Repetitions = 16;
    private const int WarmUpCases = 50;
    private const int RoundsBetweenSettlements = 5;

    // Bounds of the hostile shadow end all that concerns it within a second.
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(20);

    private readonly FuzzerArguments _arguments;
    private readonly TimeProvider _time;
    private readonly Tally _tally = new();

    public Campaign(FuzzerArguments arguments, TimeProvider time)
    {
        _arguments = arguments;
        _time = time;
    }

    /// <exception cref="FuzzFailure">A law is broken.</exception>
    public async Task<string> RunAsync()
    {
        UnobservedExceptions.Watch();
        await using var stage = await Stage.SetAsync(_arguments.Seed);
        var generator = new CaseGenerator(_arguments.Seed);
        var round = new Round(stage, _tally);

        await round.WarmUpAsync(Enumerable.Range(int.MaxValue - WarmUpCases, WarmUpCases).Select(generator.Create));
        if (_arguments.Case is { } number)
        {
            await round.RunAsync(
                number / Fuzzing.CasesPerRound,
                Enumerable.Range(0, Repetitions).Select(_ => generator.Create(number))
            );
        }
        else
        {
            var start = _time.GetTimestamp();
            for (var rounds = 0; _time.GetElapsedTime(start) < _arguments.Time; rounds++)
            {
                var cases = Enumerable.Range(rounds * Fuzzing.CasesPerRound, Fuzzing.CasesPerRound);
                await round.RunAsync(rounds, cases.Select(generator.Create));

                // The hostile shadow takes its time, and what is lost there should not be told at the end alone.
                if (rounds % RoundsBetweenSettlements == 0)
                {
                    await SettleAsync(stage);
                }
            }
        }

        if (_tally.SlownessFault is { } slowness)
        {
            throw new FuzzFailure(slowness);
        }

        await SettleAsync(stage);
        if (UnobservedExceptions.Find() is { } exception)
        {
            throw new FuzzFailure($"Nobody looked at an exception: {exception}");
        }

        return $"{_tally.Summary(stage.Ledger.GetSnapshot())}; {stage.Reloader.Reloads} reloads under load, and {stage.Reloader.Refusals} refused";
    }

    private async Task SettleAsync(Stage stage)
    {
        var start = _time.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5), _time);
        while (FaultIn(stage) is { } fault)
        {
            if (_time.GetElapsedTime(start) > SettleTime)
            {
                throw new FuzzFailure(fault);
            }

            await timer.WaitForNextTickAsync();
        }
    }

    private string? FaultIn(Stage stage)
    {
        foreach (var (name, shadow) in stage.Ledger.GetSnapshot().Shadows)
        {
            if (shadow is not { Pending: 0, InFlight: 0 } || shadow.Seen != stage.Mirrored.Recorder.Requests)
            {
                return $"{stage.Mirrored.Recorder.Requests} requests reached the app, and the ledger of {name} does not settle: "
                    + LedgerText.Describe(shadow);
            }
        }

        return stage.BytesHeld == 0 ? null : $"{stage.BytesHeld} bytes are held when all is done.";
    }
}
