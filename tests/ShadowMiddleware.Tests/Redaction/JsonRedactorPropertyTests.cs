using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace ShadowMiddleware.Tests.Redaction;

/// <summary>Generated documents, pointers and cuts, beside an oracle that never parses.</summary>
public class JsonRedactorPropertyTests
{
    private const int Cases = 2_000;
    private const int Depth = 4;
    private const int Breadth = 4;

    private static readonly (string Raw, string Name)[] _names =
    [
        ("card", "card"),
        ("CARD", "CARD"),
        ("c\\u0061rd", "card"),
        ("number", "number"),
        ("\\u006eUMBER", "nUMBER"),
        ("0", "0"),
        ("1", "1"),
        ("01", "01"),
        ("-", "-"),
        ("*", "*"),
        ("", ""),
        ("a/b", "a/b"),
        ("a\\/b", "a/b"),
        ("~", "~"),
        ("~1", "~1"),
        ("\u00e9", "\u00e9"),
        ("\\u00C9", "\u00c9"),
        ("\ud83d\ude00", "\ud83d\ude00"),
        ("\\ud83d\\ude00", "\ud83d\ude00"),
        ("q\\\"\\\\", "q\"\\"),
    ];

    private static readonly string[] _scalars =
    [
        "\"4111\"",
        "\"\"",
        "\"a\\\"}]\\\\\"",
        "\"\\ud800\"",
        "\"\u00e9\ud83d\ude00\"",
        $"\"{new string('s', 300)}\"",
        "0",
        "-0.0",
        "1E+999",
        new string('7', 300),
        "true",
        "false",
        "null",
        "[]",
        "{}",
        "[ ]",
    ];

    private static readonly string[] _segments =
    [
        "card",
        "CARD",
        "Number",
        "0",
        "1",
        "01",
        "-",
        "*",
        "*",
        "*",
        "",
        "a~1b",
        "~0",
        "~01",
        "\u00e9",
        "\ud83d\ude00",
        "q\"\\",
    ];

    private static readonly Gen<string[]> _pointers = Gen.Choose(0, Depth)
        .SelectMany(length => Gen.ArrayOf(Gen.Elements(_segments), length))
        .Select(segments => string.Concat(segments.Select(segment => $"/{segment}")))
        .NonEmptyListOf()
        .Select(pointers => pointers.Take(5).ToArray());

    private static readonly Gen<int[]> _cuts = Gen.Choose(1, 9).NonEmptyListOf().Select(sizes => sizes.ToArray());

    [Fact]
    public void Redaction_ChangesTheMatchesAndNoOtherByte_WhereverTheBlocksAreCut() =>
        ForAll(
            Cases,
            (document, pointers, cuts) =>
            {
                var body = Encoding.UTF8.GetBytes(document.ToString());
                var expected = Latin1(document.Redact(pointers));

                Assert.Equal(expected, Redacted.Json(body, [body.Length], pointers));
                Assert.Equal(expected, Redacted.Json(body, cuts, pointers));
                Assert.Equal(expected, Redacted.Json(body, [1], pointers));
            }
        );

    [Fact]
    public void Redaction_OfWhatWasRedacted_ChangesNothing() =>
        ForAll(
            Cases / 4,
            (document, pointers, cuts) =>
            {
                var once = document.Redact(pointers);

                Assert.Equal(Latin1(once), Redacted.Json(Encoding.UTF8.GetBytes(once), cuts, pointers));
            }
        );

    [Fact]
    public void Body_WithOneByteLessOrOther_IsRedactedAsJsonOrRefused() =>
        ForAll(
            Cases / 4,
            (document, pointers, cuts) =>
            {
                var body = Encoding.UTF8.GetBytes(document.ToString());
                foreach (var position in Enumerable.Range(0, body.Length).Where(i => i % (cuts[0] * 3) == 0))
                {
                    byte[] without = [.. body[..position], .. body[(position + 1)..]];
                    byte[] other =
                    [
                        .. body[..position],
                        (byte)"x{}[]\",:\\\0"[position % 10],
                        .. body[(position + 1)..],
                    ];

                    AssertIsJudgedAsByTheParser(without, cuts, pointers);
                    AssertIsJudgedAsByTheParser(other, cuts, pointers);
                }
            }
        );

    // Where the platform's own document is none, neither is ours; and what we make of one is one.
    private static void AssertIsJudgedAsByTheParser(byte[] body, int[] cuts, string[] pointers)
    {
        var redacted = Redacted.Json(body, cuts, pointers);

        Assert.Equal(redacted, Redacted.Json(body, [Math.Max(1, body.Length)], pointers));
        if (!IsDocument(body))
        {
            Assert.Null(redacted);
        }
        else if (redacted is not null)
        {
            Assert.True(IsDocument(Encoding.Latin1.GetBytes(redacted)));
        }
    }

    private static bool IsDocument(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Latin1(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    private static void ForAll(int cases, Action<JsonText, string[], int[]> check)
    {
        var generated =
            from document in Document(Depth)
            from pointers in _pointers
            from cuts in _cuts
            select (document, pointers, cuts);
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(cases),
            Prop.ForAll(
                generated.ToArbitrary(),
                generated => check(generated.document, generated.pointers, generated.cuts)
            )
        );
    }

    private static Gen<JsonText> Document(int depth)
    {
        var scalar = Gen.Elements(_scalars).Select(raw => new JsonText(raw));
        if (depth == 0)
        {
            return scalar;
        }

        var blank = Gen.Elements("", "", " ", "\r\n\t");
        var value = Document(depth - 1);
        var member = from name in Gen.Elements(_names) from content in value select (name.Raw, name.Name, content);
        var container =
            from count in Gen.Choose(0, Breadth)
            from isArray in Gen.Elements(true, false)
            from between in blank
            from elements in Gen.ArrayOf(value, isArray ? count : 0)
            from members in Gen.ArrayOf(member, isArray ? 0 : count)
            select isArray
                ? new JsonText("[", Elements: elements, Blank: between)
                : new JsonText("{", Members: members, Blank: between);
        return Gen.Frequency((1, scalar), (3, container));
    }
}
