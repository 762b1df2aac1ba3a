using System.Text;

namespace ShadowMiddleware.Fuzzer.Generation;

/// <summary>Everything random in a case comes from here, and from its seed alone.</summary>
internal sealed class Draw
{
    private readonly Random _random;

    public Draw(long seed, int number)
    {
        // Neighbouring seeds and numbers must not make similar cases.
        var mixed = (ulong)seed + (((ulong)number + 1) * 0x9E3779B97F4A7C15);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        _random = new Random((int)(mixed ^ (mixed >> 31)));
        IsPolite = Chance(0.55);
    }

    /// <summary>
    /// Whether the case keeps to what servers accept, however odd. Most of what they refuse ends the connection, and nothing behind it
    /// would ever be tried.
    /// </summary>
    public bool IsPolite { get; }

    public bool Chance(double probability) => _random.NextDouble() < probability;

    public int Below(int limit) => _random.Next(limit);

    public int Between(int least, int most) => _random.Next(least, most + 1);

    public T One<T>(params ReadOnlySpan<T> of) => of[_random.Next(of.Length)];

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    public string Text(int count, string alphabet)
    {
        var text = new StringBuilder(count);
        for (var i = 0; i < count; i++)
        {
            text.Append(alphabet[_random.Next(alphabet.Length)]);
        }

        return text.ToString();
    }
}
