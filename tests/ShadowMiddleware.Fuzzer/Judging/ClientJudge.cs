using System.Text;
using ShadowMiddleware.Fuzzer.Clients;
using ShadowMiddleware.Fuzzer.Generation;

namespace ShadowMiddleware.Fuzzer.Judging;

/// <summary>Law 1: whether a client can tell the mirrored app from its twin.</summary>
internal sealed class ClientJudge
{
    private const int MostRuns = 30;
    private const int FewestRuns = 12;
    private const int MostSearches = 260;
    private const int MostSearchesForOne = 600;
    private const int MostSearchersAtOnce = 6;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(1.5);

    private readonly Stage _stage;
    private readonly Tally _tally;

    public ClientJudge(Stage stage, Tally tally)
    {
        _stage = stage;
        _tally = tally;
    }

    /// <summary>Carries out a case on both sides and returns the runs against the mirrored app.</summary>
    public async Task<IReadOnlyList<ClientRun>> RunAsync(FuzzCase fuzzCase)
    {
        var twins = new List<ClientView>();
        var runs = new List<ClientRun>();
        await RunBothAsync(fuzzCase, Patience, twins, runs);
        if (twins[0].Matches(runs[0].View))
        {
            return runs;
        }

        // On a busy machine a server that is slow looks like one that waits, on either side: such views are no evidence. A mirror that
        // makes the app slow would be the only side to have them.
        if (twins[0].Timeouts != runs[0].View.Timeouts)
        {
            _tally.AddSlow(mirrored: twins[0].Timeouts < runs[0].View.Timeouts);
            twins.Clear();
        }

        // A client that leaves, or closes its half early, races with the server in either app. So a difference is held against the
        // mirror only when the twin never shows the same, however often it is asked.
        var judged = twins.Count == 0 ? runs.Count : 0;
        do
        {
            await RunBothAsync(fuzzCase, LongPatience, twins, runs);
            var views = runs.Skip(judged).Select(run => run.View).ToArray();
            var unexplained = Array.FindAll(views, view => !twins.Exists(view.Matches));
            if (unexplained.Length == 0)
            {
                _tally.AddRacy();
                return runs;
            }

            if (views.Length >= FewestRuns && unexplained.Length > views.Length / 2)
            {
                throw new FuzzFailure(Describe(fuzzCase, unexplained[0], twins), fuzzCase.Number);
            }

            if (views.Length == MostRuns)
            {
                // Now and then, and with nothing else to tell it by: a mirror that keeps an app waiting does so each time, and one that
                // does so by chance is found by how often it does.
                var late = unexplained.Count(view => twins.Exists(view.MatchesButForTheMoment));
                for (var i = 0; i < late; i++)
                {
                    _tally.AddSlow(mirrored: true);
                }

                unexplained = Array.FindAll(unexplained, view => !twins.Exists(view.MatchesButForTheMoment));
                await SearchAsync(fuzzCase, unexplained, twins);
                _tally.AddRacy();
                return runs;
            }
        } while (true);
    }

    // What the mirrored app shows now and then may be what its twin shows more seldom: a race that is lost at another speed. So the twin
    // is asked at other speeds too, by one client up to many at once, and often: a race within Kestrel (a stream that it resets while
    // its app answers) has an outcome that one run in 200 to 1,000 shows, with the mirror and without. What was seen once may be as rare.
    private async Task SearchAsync(FuzzCase fuzzCase, ClientView[] unexplained, List<ClientView> twins)
    {
        var most = unexplained.Length == 1 ? MostSearchesForOne : MostSearches;
        for (var i = 0; i < most; i++)
        {
            if (
                Array.TrueForAll(
                    unexplained,
                    view => twins.Exists(view.Matches) || twins.Exists(view.MatchesButForTheEnd)
                )
            )
            {
                return;
            }

            var searches = Enumerable
                .Range(0, 1 + (i % MostSearchersAtOnce))
                .Select(_ => RawClient.RunAsync(_stage.Twin, fuzzCase, Patience));
            twins.AddRange((await Task.WhenAll(searches)).Select(run => run.View));
        }

        throw new FuzzFailure(
            $"Seen in {unexplained.Length} of {MostRuns} runs, and never without the mirror.\n"
                + Describe(fuzzCase, Array.Find(unexplained, view => !twins.Exists(view.Matches))!, twins),
            fuzzCase.Number
        );
    }

    private async Task RunBothAsync(FuzzCase fuzzCase, TimeSpan patience, List<ClientView> twins, List<ClientRun> runs)
    {
        var twin = RawClient.RunAsync(_stage.Twin, fuzzCase, patience);
        var mirrored = RawClient.RunAsync(_stage.Mirrored, fuzzCase, patience);
        twins.Add((await twin).View);
        runs.Add(await mirrored);
    }

    private static string Describe(FuzzCase fuzzCase, ClientView mirrored, List<ClientView> twins)
    {
        var text = new StringBuilder("A client can tell the mirrored app from the same app without the mirror.\n\n");
        text.Append(Script.Describe(fuzzCase)).Append("\n---- received from the mirrored app\n").Append(mirrored);
        var different = new List<ClientView>();
        foreach (var twin in twins)
        {
            if (!different.Exists(twin.Matches))
            {
                different.Add(twin);
                text.Append("\n---- received from the unmirrored app\n").Append(twin);
            }
        }

        return text.Append('\n').ToString();
    }
}
