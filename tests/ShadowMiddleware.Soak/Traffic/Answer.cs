using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.Soak.Traffic;

/// <summary>What a client received, short enough to be kept.</summary>
internal sealed partial class Answer
{
    private const int Most = 300;

    private readonly string _start;
    private readonly byte[] _digest;

    private Answer(string start, byte[] digest)
    {
        _start = start;
        _digest = digest;
    }

    /// <summary>The connection or the stream broke before the answer was whole.</summary>
    public static Answer Broken { get; } = Of("nothing whole");

    /// <summary>The same answer without the text that tells of it.</summary>
    public Answer Digest => new("", _digest);

    public bool IsBroken => Matches(Broken);

    /// <summary>A broken answer that also tells what broke it. It matches every other one.</summary>
    public static Answer BrokenBy(Exception exception)
    {
        var causes = new List<string>();
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            causes.Add($"{cause.GetType().Name}: {cause.Message}");
        }

        return new($"{Broken} ({string.Join(" <- ", causes)})", Broken._digest);
    }

    public static Answer Of(RawMessage response) => Of(response.ComparableText());

    /// <summary>Reads the response without holding it: what a client buffers would be memory of the soak, not of the mirror.</summary>
    public static async Task<Answer> OfAsync(HttpResponseMessage response, CancellationToken token)
    {
        response.Headers.Date = null;
        var head = $"{(int)response.StatusCode}\n{response.Headers}{response.Content.Headers}\n";
        var isProblem = response.Content.Headers.ContentType?.MediaType == "application/problem+json";
        if (isProblem)
        {
            return Of(head + await response.Content.ReadAsStringAsync(token));
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.Latin1.GetBytes(head));
        await using var body = await response.Content.ReadAsStreamAsync(token);
        var buffer = new byte[16 * 1024];
        var length = 0L;
        int read;
        while ((read = await body.ReadAsync(buffer, token)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            length += read;
        }

        return new Answer($"{head}({length} bytes)", hash.GetHashAndReset());
    }

    public bool Matches(Answer other) => _digest.AsSpan().SequenceEqual(other._digest);

    public override string ToString() => _start;

    private static Answer Of(string text)
    {
        // A problem's trace is the only part of an answer that two equal requests may differ in.
        var comparable = text.Length < 2_000 ? TraceId().Replace(text, "-") : text;
        return new(
            comparable[..Math.Min(comparable.Length, Most)],
            SHA256.HashData(Encoding.Latin1.GetBytes(comparable))
        );
    }

    [GeneratedRegex("(?<=\"traceId\":\")[^\"]*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TraceId();
}
