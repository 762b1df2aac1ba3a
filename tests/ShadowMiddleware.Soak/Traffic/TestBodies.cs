using System.Text;
using System.Text.Json;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.Soak.Traffic;

/// <summary>
/// All bodies that clients send, made once: a shadow knows each by its number, so that no byte of another request can pass for one of
/// it. Smaller ones are sent more often.
/// </summary>
internal sealed class TestBodies
{
    public const string Json = "application/json";
    public const string Form = "application/x-www-form-urlencoded";
    public const string Binary = "application/octet-stream";
    private const string Word = "redacted";

    /// <summary>The cap of the healthy shadows; some bodies are longer.</summary>
    public const int Cap = 1024 * 1024;

    private static readonly int[] BinarySizes =
    [
        0,
        1,
        9,
        100,
        1_000,
        4_095,
        4_096,
        4_097,
        20_000,
        70_000,
        300_000,
        Cap,
        Cap + 1,
        2_500_000,
    ];
    private static readonly int[] JsonSizes = [60, 200, 1_000, 5_000, 30_000, 70_000];
    private static readonly int[] FormSizes = [20, 1_000, 10_000];

    public TestBodies(int seed)
    {
        var random = new Random(seed);
        var bodies = new List<(string ContentType, byte[] Bytes, byte[]? Redacted)>();
        foreach (var size in BinarySizes)
        {
            var bytes = Bytes(random, size);
            bodies.Add((Binary, bytes, IsRedactable(bytes) ? bytes : null));
        }

        foreach (var size in JsonSizes)
        {
            bodies.Add((Json, Order(size, Letters(random, size)), Order(size, Word)));
        }

        foreach (var size in FormSizes)
        {
            bodies.Add((Form, Pairs(Letters(random, size)), Pairs(Word)));
        }

        All =
        [
            .. bodies
                .OrderBy(body => body.Bytes.Length)
                .Select((body, index) => new TestBody(index, body.ContentType, body.Bytes, body.Redacted)),
        ];
    }

    public IReadOnlyList<TestBody> All { get; }

    /// <param name="random">Draws.</param>
    /// <param name="contentType">One of the three, or <see langword="null"/> for any.</param>
    /// <param name="most">The longest body.</param>
    public TestBody Draw(Random random, string? contentType = null, int most = int.MaxValue)
    {
        var some = All.Where(body => body.Bytes.Length <= most && body.ContentType == (contentType ?? body.ContentType))
            .ToArray();
        return some[(int)(some.Length * Math.Pow(random.NextDouble(), 1.7))];
    }

    private static byte[] Bytes(Random random, int size)
    {
        var bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Order(int size, string note) =>
        JsonSerializer.SerializeToUtf8Bytes(new Order($"order {size}", note), JsonSerializerOptions.Web);

    private static byte[] Pairs(string b) => Encoding.ASCII.GetBytes($"a=1&b={b}");

    // Nothing is in nothing; and chance may make JSON, a single digit, in which there is nothing either.
    private static bool IsRedactable(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return true;
        }

        try
        {
            JsonDocument.Parse(bytes).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Letters(Random random, int count) =>
        new(random.GetItems("abcdefghijklmnopqrstuvwxyz".AsSpan(), count));
}
