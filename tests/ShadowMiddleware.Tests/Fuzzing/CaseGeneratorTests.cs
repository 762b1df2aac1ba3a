using System.Text;
using System.Text.RegularExpressions;
using ShadowMiddleware.Fuzzer.Generation;

namespace ShadowMiddleware.Tests.Fuzzing;

/// <summary>What the fuzzer promises of its cases: that a seed makes them again, and that all kinds of fault are among them.</summary>
public class CaseGeneratorTests
{
    // Not more than what a run of a few minutes tries.
    private const int Cases = 6_000;

    private static readonly Lazy<string[]> Sent = new(() =>
    {
        var generator = new CaseGenerator(7);
        return [.. Enumerable.Range(0, Cases).Select(number => Text(generator.Create(number)))];
    });

    [Fact]
    public void Create_SameSeed_MakesTheSameCasesInAnyOrder()
    {
        var numbers = Enumerable.Range(0, 500).ToArray();
        var first = new CaseGenerator(20_260_101);
        var second = new CaseGenerator(20_260_101);

        var forwards = numbers.Select(number => first.Create(number).Digest()).ToArray();
        var backwards = numbers.Reverse().Select(number => second.Create(number).Digest()).ToArray();

        Array.Reverse(backwards);
        Assert.Equal(forwards, backwards);
        Assert.Equal(numbers.Length, forwards.Distinct().Count());
    }

    [Fact]
    public void Create_AnotherSeed_MakesOtherCases()
    {
        var first = new CaseGenerator(1);
        var second = new CaseGenerator(2);

        var digests = Enumerable.Range(0, 200).Select(number => first.Create(number).Digest()).ToHashSet();

        Assert.DoesNotContain(Enumerable.Range(0, 200), number => digests.Contains(second.Create(number).Digest()));
    }

    [Theory]
    [InlineData("(?s)Content-Length: \\d+\r\nTransfer-Encoding: chunked", "both framings, the length first")]
    [InlineData("(?s)Transfer-Encoding: chunked\r\nContent-Length: \\d+", "both framings, the chunks first")]
    [InlineData("Content-Length: \\d+\r\nContent-Length: \\d+\r\n", "two lengths")]
    [InlineData("Content-Length:[ ]?(-1|\\+5|0x10|5 5|99999999999999999999)", "lengths that are none")]
    [InlineData("Transfer-Encoding:(\tchunked| chunked,| ,chunked| xchunked| \"chunked\")", "odd codings")]
    [InlineData("Transfer-Encoding :", "a blank before the colon of the framing")]
    [InlineData("0\r\n\r\n(GET|POST) /smuggled", "a request behind the last chunk of another")]
    [InlineData("\r\n[0-9a-f]+;a=b\r\n", "extensions of chunks")]
    [InlineData("(ffffffff|7fffffffffffffff|FFFFFFFFFFFFFFFFF)\r\nabcde", "huge sizes of chunks")]
    [InlineData("\r\n(-1|zz|0x5|5 |\\+5)\r\n", "sizes of chunks that are none")]
    [InlineData("\r\n5\nabcde", "a bare line feed behind the size of a chunk")]
    [InlineData("HTTP/1.1\nHost", "bare line feeds between fields")]
    [InlineData("0\r\nX-Sum: 1\r\n", "trailers")]
    [InlineData("0\r\n(Transfer-Encoding|Host)", "trailers that frame or route")]
    [InlineData("^(GET|POST|PUT) https?://", "absolute-form")]
    [InlineData("^OPTIONS \\* HTTP", "asterisk-form")]
    [InlineData("^CONNECT fuzz.test:443", "authority-form")]
    [InlineData("^[A-Z]+ /[^ ]*#", "a fragment")]
    [InlineData("^[A-Z]+ /[^ ]*(\t|\0|\u007f|\r)[^ ]* HTTP", "control bytes in a target")]
    [InlineData("^[A-Z]+ /[^ ]{8000,}", "a very long target")]
    [InlineData("^PRI \\* HTTP/2.0", "the preface of HTTP/2")]
    [InlineData("^(get|Post|hEAD|options) ", "methods in other letters")]
    [InlineData("^(FOO|M-SEARCH|BREW) ", "unknown methods")]
    [InlineData(" HTTP/(0\\.9|1\\.2|2\\.0)\r\n", "odd versions")]
    [InlineData("(X-Flood[^\r]*\r\n){50}", "a flood of fields")]
    [InlineData("X-Folded: a\r\n ", "folded lines")]
    [InlineData("X-Null: a\0b", "a NUL in a field")]
    [InlineData("X-Wide: [^\r]*[\u0080-\u00ff]", "fields that are not ASCII")]
    [InlineData("Expect: 100-continue", "a client that waits to be asked")]
    [InlineData("(GET|HEAD) [^\r]*\r\n(?s:(?!\r\n\r\n).)*Content-Length: [1-9]", "a body on a method that has none")]
    [InlineData("Upgrade: (websocket|h2c)\r\nConnection: upgrade", "an upgrade")]
    [InlineData("X-Shadow-Request: v2;id=", "the tag of a copy, from a client")]
    [InlineData("Content-Type: application/grpc(\r|;|-|\\+)", "gRPC, and what only looks like it")]
    [InlineData("Connection: (x-named|X-Named|X-Do)", "fields that Connection names")]
    [InlineData("^Host: (api\\.fuzz\\.test|\\[::1\\]:80)", "hosts that rules tell apart")]
    [InlineData("^[A-Z]+ /(orders|catalog|api)/", "paths that rules tell apart")]
    [InlineData("^X-Beta: 2\r\nX-Beta: 1", "a field of which one line matches")]
    [InlineData("\\?preview=false&%70review=%74rue", "a parameter of which one value matches, encoded")]
    [InlineData("^(X-Key|X-User): [a-p]\r|^Cookie: (a=b; )?session=[a-p]\r", "keys to be drawn by")]
    [InlineData("^traceparent: 00-[0-9a-f]{32}", "traces to be drawn by")]
    [InlineData("^X-When(-Response)?: throw", "predicates that throw")]
    [InlineData("^X-Transform: throw", "a transform that throws")]
    [InlineData("\\?%74oken=hush-hush", "a secret in the query")]
    [InlineData("PASS%77ord=hush-hush", "a secret in a form")]
    [InlineData("\"n\\\\u0075mber\"", "a secret in JSON, its name escaped")]
    [InlineData("<Pause>", "bytes that arrive apart")]
    [InlineData("<HalfClose>", "a client that sends no more")]
    [InlineData("<Close>", "a client that leaves")]
    [InlineData("<Reset>", "a client that resets")]
    [InlineData("(?s)HTTP/1.1.*HTTP/1.1.*HTTP/1.1", "several requests on one connection")]
    public void Create_ManyNumbers_MakesEveryKindOfFault(string pattern, string kind)
    {
        var regex = new Regex(pattern, RegexOptions.Multiline, TimeSpan.FromSeconds(30));

        Assert.True(Array.Exists(Sent.Value, regex.IsMatch), $"No case with {kind}.");
    }

    [Fact]
    public void Create_ManyNumbers_MakesFramesOfEveryTypeOfHttp2()
    {
        var generator = new CaseGenerator(7);
        var cases = Enumerable.Range(0, Cases).Select(generator.Create).Where(fuzzCase => fuzzCase.IsHttp2).ToArray();

        // A first look at what is sent, and not one that damaged frames could lead astray for long.
        var seen = cases.SelectMany(fuzzCase => fuzzCase.Steps).SelectMany(step => FrameTypes(step.Bytes)).ToHashSet();

        Assert.InRange(cases.Length, Cases / 10, Cases / 2);
        Assert.All(Enumerable.Range(Frame.Data, Frame.Continuation + 1), type => Assert.Contains(type, seen));
        Assert.Contains(seen, type => type > Frame.Continuation);
    }

    private static IEnumerable<int> FrameTypes(byte[] bytes)
    {
        var preface = bytes.AsSpan().IndexOf("SM\r\n\r\n"u8);
        for (var at = preface < 0 ? 0 : preface + 6; at + 9 <= bytes.Length; )
        {
            yield return bytes[at + 3];
            at += 9 + ((bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2]);
        }
    }

    private static string Text(FuzzCase fuzzCase)
    {
        var text = new StringBuilder();
        foreach (var step in fuzzCase.Steps)
        {
            // Bodies are random bytes, in which a pattern must not look for its kind for ever.
            text.Append(
                step.Kind == StepKind.Send
                    ? Encoding.Latin1.GetString(step.Bytes.AsSpan(0, Math.Min(step.Bytes.Length, 12_000)))
                    : $"\n<{step.Kind}>"
            );
        }

        return text.ToString();
    }
}
