using System.Text;

namespace ShadowMiddleware.Fuzzer.Generation;

/// <summary>Makes the case that belongs to a seed and a number.</summary>
internal sealed class CaseGenerator
{
    // Ends a connection on which everything went well, so that nobody has to guess whether the server still has something to say.
    private static readonly byte[] Last =
        "GET /last HTTP/1.1\r\nHost: fuzz.test\r\nConnection: close\r\n\r\n"u8.ToArray();

    private readonly long _seed;

    public CaseGenerator(long seed) => _seed = seed;

    public FuzzCase Create(int number)
    {
        var draw = new Draw(_seed, number);
        return draw.Chance(0.2) ? Http2CaseGenerator.Create(draw, number) : CreateHttp1(draw, number);
    }

    private static FuzzCase CreateHttp1(Draw draw, int number)
    {
        var steps = new List<Step>();
        var bodies = new List<byte[]?>();
        var pipelined = draw.Chance(0.3);
        var continueIsChance = false;

        for (var i = draw.Chance(0.02) ? 12 : draw.One(1, 1, 1, 2, 3, 5); i > 0; i--)
        {
            bodies.Add(AddRequest(draw, steps, ref continueIsChance));
            if (!pipelined)
            {
                steps.Add(Step.Of(StepKind.AwaitData));
            }
        }

        if (draw.Chance(0.88))
        {
            steps.Add(Step.Send(Last));
            bodies.Add([]);
        }

        var mutated = !draw.IsPolite && draw.Chance(0.4);
        if (mutated)
        {
            Mutator.Mutate(draw, steps);
        }

        if (draw.Chance(0.12))
        {
            Leave(draw, steps);
        }

        return new FuzzCase
        {
            Number = number,
            ContinueIsChance = continueIsChance || mutated,
            Steps = Merge(steps),
            Bodies =
                mutated || bodies.Contains(null)
                    ? new Dictionary<int, SentBody>()
                    : bodies.Index().ToDictionary(body => body.Index, body => new SentBody(body.Item!, IsEnded: true)),
        };
    }

    private static byte[]? AddRequest(Draw draw, List<Step> steps, ref bool continueIsChance)
    {
        var body = BodyGrammar.Create(draw);
        var fields = HeaderGrammar.Create(draw).Concat(body.Fields).ToArray();
        var expects = draw.Chance(body.Wire.Length > 0 ? 0.12 : 0.02);
        var eol = !draw.IsPolite && draw.Chance(0.04) ? "\n" : "\r\n";
        var lines = new List<string> { $"{MethodAndTarget(draw, body)} {Version(draw)}" };
        lines.AddRange(fields);
        if (expects)
        {
            lines.Add("Expect: " + Expectation(draw));
        }

        var head = Encoding.UTF8.GetBytes(string.Join(eol, lines) + eol + eol);
        var waits = expects && draw.Chance(0.6);

        // What is left of an earlier response ends the wait of a later request too.
        continueIsChance |= expects && (!waits || steps.Count > 0);
        if (waits)
        {
            AddPieces(draw, steps, head);
            steps.Add(Step.Of(StepKind.AwaitData));
            AddPieces(draw, steps, body.Wire);
        }
        else
        {
            AddPieces(draw, steps, [.. head, .. body.Wire]);
        }

        return body.Content;
    }

    private static string Expectation(Draw draw) =>
        draw.Below(10) switch
        {
            0 => "100-Continue",
            1 => draw.One("200-ok", "", "100-continue, 100-continue", "\"100-continue\"", "100-continue;a=b"),
            2 => "100-continue\r\nExpect: 100-continue",
            _ => "100-continue",
        };

    private static string MethodAndTarget(Draw draw, FramedBody body) =>
        draw.Below(100) switch
        {
            0 => "OPTIONS *",
            1 => draw.One("CONNECT fuzz.test:443", "CONNECT /tunnel", "CONNECT *"),
            2 => draw.One("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET *", "options *"),
            < 7 => "POST /bind",
            _ => $"{Method(draw, hasBody: body.Fields.Count > 0)} {TargetGrammar.Create(draw)}",
        };

    public static string Method(Draw draw, bool hasBody) =>
        draw.Between(draw.IsPolite ? 2 : 0, 20) switch
        {
            7 => draw.One("HEAD", "OPTIONS", "TRACE", "CONNECT", "DELETE", "PATCH", "QUERY"),
            4 => draw.One("get", "Post", "hEAD", "options"),
            2 => draw.One("FOO", "M-SEARCH", "x", "!#$%&'*+-.^_`|~", "PRI", "G", "GETS", "BREW"),
            1 => draw.Text(draw.One(30, 200, 5_000), "ABCDEF"),
            0 => draw.One("", "GE T", "G(T", "GET\t", "\u00c9", "\0"),
            5 or 6 => draw.One("PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "GET"),
            _ => hasBody ? "POST" : "GET",
        };

    private static string Version(Draw draw) =>
        draw.Between(draw.IsPolite ? 1 : 0, 40) switch
        {
            1 or 2 => "HTTP/1.0",
            0 => draw.One("HTTP/2.0", "HTTP/1.2", "HTTP/0.9", "HTTP/1.1 ", "http/1.1", "HTTP/1", "", "X", "HTTP/1.1\t"),
            _ => "HTTP/1.1",
        };

    private static void AddPieces(Draw draw, List<Step> steps, byte[] bytes)
    {
        var pieces =
            draw.Chance(0.03) ? 30
            : draw.Chance(0.3) ? draw.Between(2, 5)
            : 1;
        var at = 0;
        for (var left = pieces; left > 1 && at < bytes.Length; left--)
        {
            // Many pieces are single bytes: of the head, which is where servers have to put them together again.
            var next = pieces > 5 ? Math.Min(at + draw.One(1, 1, 1, 10), bytes.Length) : draw.Between(at, bytes.Length);
            steps.Add(Step.Send(bytes[at..next]));
            steps.Add(Step.Of(StepKind.Pause));
            at = next;
        }

        steps.Add(Step.Send(bytes[at..]));
    }

    /// <summary>Has the client leave at any point of its script, within a message too.</summary>
    public static void Leave(Draw draw, List<Step> steps)
    {
        var at = draw.Below(steps.Count);
        steps.RemoveRange(at + 1, steps.Count - at - 1);
        if (steps[at].Kind == StepKind.Send && draw.Chance(0.7))
        {
            steps[at] = Step.Send(steps[at].Bytes[..draw.Below(steps[at].Bytes.Length + 1)]);
        }

        if (draw.Chance(0.5))
        {
            steps.Add(Step.Of(draw.One(StepKind.Pause, StepKind.AwaitData)));
        }

        steps.Add(Step.Of(draw.One(StepKind.HalfClose, StepKind.Close, StepKind.Reset)));
    }

    // What is pipelined leaves in one piece.
    public static List<Step> Merge(List<Step> steps)
    {
        var merged = new List<Step>();
        foreach (var step in steps)
        {
            if (step.Kind == StepKind.Send && merged is [.., { Kind: StepKind.Send } last])
            {
                merged[^1] = Step.Send([.. last.Bytes, .. step.Bytes]);
            }
            else
            {
                merged.Add(step);
            }
        }

        return merged;
    }
}
