using ShadowMiddleware.Fuzzer.Apps;
using ShadowMiddleware.Fuzzer.Foresight;
using ShadowMiddleware.Fuzzer.Generation;
using ShadowMiddleware.Fuzzer.Plans;
using ShadowMiddleware.Fuzzer.Shadows;

namespace ShadowMiddleware.Fuzzer.Judging;

/// <summary>One round of one shadow with a drawn configuration: what it received and what the ledger counted, against what was foreseen.</summary>
internal sealed class DrawnTrial
{
    private readonly DrawnShadow _shadow;
    private readonly Prophet _prophet;
    private readonly StickyPlaces _places;
    private readonly IReadOnlyDictionary<string, long> _counts;
    private readonly Dictionary<string, ReceivedCopy> _copies;
    private readonly long _busy;
    private readonly List<(IReadOnlySet<string> Outcomes, Arrival Arrival, FuzzCase Case)> _uncopied = [];

    public DrawnTrial(DrawnShadow shadow, StickyPlaces places, ShadowLedger before, ShadowLedger after)
    {
        _shadow = shadow;
        _places = places;
        _prophet = new Prophet(places);
        _counts = LedgerText.Growth(before, after);
        _copies = ReceivedCopy.ByRequest(shadow.Server.TakeCopies());
        Received = _copies.Count;
        _busy = Outcomes.Busy.Sum(reason => _counts.GetValueOrDefault(reason));
    }

    /// <summary>How many copies there were.</summary>
    public int Received { get; }

    /// <summary>Judges what became of one request.</summary>
    public async Task AddAsync(Arrival arrival, Bodies bodies, FuzzCase fuzzCase)
    {
        var foreseen = _prophet.Foresee(arrival, bodies.Known(arrival), _shadow);
        if (!_copies.Remove(arrival.Id, out var copy))
        {
            AddUncopied(foreseen, arrival, fuzzCase);
            return;
        }

        if (!foreseen.Outcomes.Contains(Outcomes.Copied))
        {
            throw Failure(
                $"There is a copy, and it should be {string.Join(" or ", foreseen.Outcomes)}",
                arrival,
                fuzzCase,
                copy
            );
        }

        var expected = ShapingModel.Shape(arrival, await bodies.AskAsync(arrival), _shadow);
        if (expected.MustFail)
        {
            throw Failure("There is a copy of what must not leave", arrival, fuzzCase, copy);
        }

        if (CopyJudge.FaultIn(copy, expected.Copy) is { } fault)
        {
            throw Failure(
                $"The copy is not what the configuration makes of the request: {fault}",
                arrival,
                fuzzCase,
                copy
            );
        }

        if (foreseen.Key is { } key)
        {
            _places.Learn(key, isIn: true);
        }
    }

    /// <summary>Compares the counts, when all requests have been added.</summary>
    public void Settle()
    {
        if (_copies.Count > 0)
        {
            throw new FuzzFailure(
                $"{_shadow.Name} received a copy that belongs to no request:\n{_copies.Values.First()}"
            );
        }

        if (_counts.GetValueOrDefault(Outcomes.Copied) != Received)
        {
            throw new FuzzFailure($"{_shadow.Name} received {Received} copies in a round, and the ledger: {Text()}.");
        }

        if (_shadow.Plan.MaxRequestsPerSecond is null && _counts.GetValueOrDefault(Outcomes.RateLimited) > 0)
        {
            throw new FuzzFailure($"{_shadow.Name} has no limit to its rate, and the ledger: {Text()}.");
        }

        var reasons = _counts.Keys.Union(_uncopied.SelectMany(request => request.Outcomes), StringComparer.Ordinal);
        foreach (var reason in reasons.Where(reason => reason != Outcomes.Copied && !Outcomes.Busy.Contains(reason)))
        {
            Check(reason);
        }

        var missing = _uncopied.FindAll(request => request.Outcomes.Count == 0);
        if (missing.Count > _busy)
        {
            throw Failure($"There is no copy; the ledger: {Text()}", missing[0].Arrival, missing[0].Case, copy: null);
        }
    }

    private void AddUncopied(Foreseen foreseen, Arrival arrival, FuzzCase fuzzCase)
    {
        var outcomes = foreseen.Outcomes.Where(outcome => outcome != Outcomes.Copied).ToHashSet(StringComparer.Ordinal);
        _uncopied.Add((outcomes, arrival, fuzzCase));

        // Only if nothing but the draw can have kept the copy away.
        if (foreseen.Key is { } key && _busy == 0 && outcomes.SetEquals([Outcomes.NotSampled]))
        {
            _places.Learn(key, isIn: false);
        }
    }

    // At least those of which nothing else can have become, and at most those of which it may.
    private void Check(string reason)
    {
        var count = _counts.GetValueOrDefault(reason);
        var possible = _uncopied.FindAll(request => request.Outcomes.Contains(reason));
        var certain = possible.FindAll(request => request.Outcomes.Count == 1);

        // What may also have been chosen, and was then lost: for its rate, or because the machine was busy.
        var excused = _busy;
        if (count < certain.Count - excused || count > possible.Count)
        {
            var requests =
                certain.Count > 0 ? certain
                : possible.Count > 0 ? possible
                : _uncopied;
            var message =
                $"The ledger counted {count} as {reason}, and there were {certain.Count} for certain and {possible.Count} at most; the ledger: {Text()}. One of the requests";
            throw requests.Count > 0
                ? Failure(message, requests[0].Arrival, requests[0].Case, copy: null)
                : new FuzzFailure($"{message}: none.\n{_shadow.Plan}");
        }
    }

    private string Text() => string.Join(", ", _counts.Select(count => $"{count.Key} {count.Value}"));

    private FuzzFailure Failure(string what, Arrival arrival, FuzzCase fuzzCase, ReceivedCopy? copy) =>
        new(
            $"{_shadow.Name}: {what}.\n\n---- the configuration\n{_shadow.Plan}\n{Script.Describe(fuzzCase)}\n---- the primary received\n{arrival}\n{(copy is null ? "" : $"---- the copy\n{copy}\n")}",
            fuzzCase.Number
        );
}
