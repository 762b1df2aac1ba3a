namespace ShadowMiddleware.Fuzzer.Generation;

/// <summary>Makes cases of HTTP/2: several streams at a time, and frames that no client sends.</summary>
internal static class Http2CaseGenerator
{
    private static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    public static FuzzCase Create(Draw draw, int number)
    {
        var requests = new List<List<byte[]>>();
        for (var i = draw.One(1, 1, 2, 3, 6); i > 0; i--)
        {
            requests.Add(Http2Grammar.Create(draw, stream: (uint)((requests.Count * 2) + 1)));
        }

        var steps = new List<Step> { Step.Send([.. Preface, .. Settings(draw), .. Window()]) };
        AddFrames(draw, steps, requests);
        if (draw.Chance(0.88))
        {
            // The server closes when the last stream has ended.
            steps.Add(Step.Send(Frame.Of(Frame.GoAway, 0, 0, new byte[8])));
        }

        if (!draw.IsPolite && draw.Chance(0.3))
        {
            Mutator.Mutate(draw, steps);
        }

        if (draw.Chance(0.12))
        {
            CaseGenerator.Leave(draw, steps);
        }

        return new FuzzCase
        {
            Number = number,
            IsHttp2 = true,
            ContinueIsChance = false,
            Steps = CaseGenerator.Merge(steps),
            Bodies = Http2Bodies.In([.. steps.SelectMany(step => step.Bytes)], Preface.Length),
        };
    }

    // In turn, or one request after the other.
    private static void AddFrames(Draw draw, List<Step> steps, List<List<byte[]>> requests)
    {
        var left = requests.Select(request => new Queue<byte[]>(request)).ToList();
        var together = draw.Chance(0.5);
        var begun = 0;
        while (left.Count > 0)
        {
            // Streams have to begin in the order of their numbers.
            var turn = together ? draw.Below(Math.Min(begun + 1, left.Count)) : 0;
            begun = Math.Max(begun, turn + 1);
            steps.Add(Step.Send(left[turn].Dequeue()));
            if (left[turn].Count == 0)
            {
                left.RemoveAt(turn);
                begun--;
                if (!together)
                {
                    steps.Add(Step.Of(StepKind.AwaitData));
                }
            }

            if (draw.Chance(0.05))
            {
                steps.Add(Step.Send(Noise(draw)));
            }

            if (draw.Chance(0.1))
            {
                steps.Add(Step.Of(StepKind.Pause));
            }
        }
    }

    private static byte[] Settings(Draw draw)
    {
        // Windows so large that no answer ever waits for the client.
        var settings = new List<byte>(Setting(4, 10_000_000));
        if (draw.Chance(0.3))
        {
            settings.AddRange(Setting(1, draw.One(0u, 100u, 4_096u, 1_000_000u)));
        }

        if (!draw.IsPolite && draw.Chance(0.1))
        {
            settings.AddRange(
                draw.One(
                    Setting(2, 2),
                    Setting(3, 0),
                    Setting(4, 0x8000_0000),
                    Setting(5, 1),
                    Setting(5, 0x100_0000),
                    Setting(6, 10),
                    Setting(0xff, 1),
                    [0]
                )
            );
        }

        return Frame.Of(Frame.Settings, 0, 0, settings.ToArray());
    }

    private static byte[] Setting(byte id, uint value) => [0, id, .. Frame.Number(value)];

    private static byte[] Window() => Frame.Of(Frame.WindowUpdate, 0, 0, Frame.Number(100_000_000));

    // What is no part of a request.
    private static byte[] Noise(Draw draw)
    {
        var stream = (uint)draw.Below(14);
        return draw.Below(draw.IsPolite ? 4 : 16) switch
        {
            0 => Frame.Of(Frame.Ping, 0, 0, draw.Bytes(8)),
            1 => Frame.Of((byte)draw.Between(0x10, 0xff), draw.Below(256), stream, draw.Bytes(draw.Below(50))),
            2 => Frame.Of(Frame.Priority, 0, stream | 1, [0, 0, 0, 0, 15]),
            3 => Frame.Of(Frame.Settings, 0, 0, Setting(4, 9_000_000)),
            4 or 5 or 6 => Frame.Of(Frame.Reset, 0, stream, Frame.Number(draw.One(0u, 7u, 8u, 99u))),
            7 => Frame.Of(Frame.WindowUpdate, 0, stream, Frame.Number(draw.One(0u, 1u, 0x7fff_ffffu, 0xffff_ffffu))),
            8 => Frame.Of(Frame.Data, draw.Below(2), stream, draw.Bytes(draw.Below(30))),
            9 => Frame.Of(Frame.Continuation, draw.One(0, Frame.EndHeaders), stream, draw.Bytes(5)),
            10 => Frame.Of(Frame.PushPromise, Frame.EndHeaders, stream, draw.Bytes(10)),
            11 => Frame.Of(Frame.Settings, draw.One(0, Frame.Ack), draw.One(0u, stream), draw.Bytes(draw.Below(13))),
            12 => Frame.Of(Frame.Ping, draw.One(0, Frame.Ack), draw.One(0u, stream), draw.Bytes(draw.One(7, 8, 9))),
            13 => Frame.Of(Frame.Headers, Frame.EndHeaders | Frame.EndStream, stream, draw.Bytes(draw.Below(20))),
            14 => Frame.Of(Frame.Data, 0, stream, new byte[Frame.MaxLength + 1]),
            _ => Frame.Of(Frame.Priority, 0, stream, draw.Bytes(draw.Below(8))),
        };
    }
}
