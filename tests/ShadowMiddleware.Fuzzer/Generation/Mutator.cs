namespace ShadowMiddleware.Fuzzer.Generation;

/// <summary>Damages bytes that were well-formed, or nearly so.</summary>
internal static class Mutator
{
    private static readonly byte[] Special =
    [
        0,
        (byte)'\r',
        (byte)'\n',
        (byte)' ',
        (byte)':',
        (byte)',',
        0x7f,
        0x80,
        0xff,
    ];

    public static void Mutate(Draw draw, List<Step> steps)
    {
        for (var i = draw.Between(1, 4); i > 0; i--)
        {
            var sends = steps.FindAll(step => step is { Kind: StepKind.Send, Bytes.Length: > 0 });
            if (sends.Count > 0)
            {
                var victim = draw.Below(sends.Count);
                steps[steps.IndexOf(sends[victim])] = Step.Send(
                    Damage(draw, sends[victim].Bytes, sends[draw.Below(sends.Count)].Bytes)
                );
            }
        }
    }

    private static byte[] Damage(Draw draw, byte[] bytes, byte[] other)
    {
        // Heads are short and lie in front: most damage should hit one.
        var at = draw.Below(draw.Chance(0.7) ? Math.Min(bytes.Length, 400) : bytes.Length);
        var length = Math.Min(draw.One(1, 1, 4, 40), bytes.Length - at);
        return draw.Below(6) switch
        {
            0 => [.. bytes[..at], (byte)(bytes[at] ^ (1 << draw.Below(8))), .. bytes[(at + 1)..]],
            1 => [.. bytes[..at], .. bytes[(at + length)..]],
            2 => [.. bytes[..(at + length)], .. bytes[at..]],
            3 => [.. bytes[..at], draw.One<byte>(Special), .. bytes[at..]],
            4 => bytes[..at],
            _ => [.. bytes[..at], .. other[draw.Below(other.Length)..]],
        };
    }
}
