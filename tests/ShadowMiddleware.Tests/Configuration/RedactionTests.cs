using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Tests.Configuration;

public class RedactionTests
{
    private const string V2 = "TrafficMirroring:Shadows:v2:";

    [Fact]
    public void Lists_AreRead()
    {
        var redaction = Sources
            .LoadShadow(
                """
                "RedactQuery": ["token", "Token"], "RedactForm": ["password"], "RedactJson": ["/card/number", "", "/", "/a~1b/~01/*/0", "/*"]
                """
            )
            .Shaping!.Redaction!;

        Assert.True(redaction.Query!.Contains("TOKEN"));
        Assert.False(redaction.Query.Contains("password"));
        Assert.True(redaction.Form!.Contains("Password"));
        Assert.Equal(
            ["card|number", "", "", "a/b|~1|*|0", "*"],
            redaction.Json!.Value.Select(json => string.Join('|', json.Segments.Select(segment => segment.Name)))
        );
        Assert.Equal([2, 0, 1, 4, 1], redaction.Json.Value.Select(json => json.Segments.Length));
    }

    [Theory]
    [InlineData("RedactQuery", "[]")]
    [InlineData("RedactForm", "[]")]
    [InlineData("RedactJson", "[]")]
    [InlineData("RedactJson", "null")]
    [InlineData("RedactJson", "{}")]
    public void List_Empty_RedactsNothing(string key, string json) =>
        Assert.Null(Sources.LoadShadow($"\"{key}\": {json}").Shaping);

    [Fact]
    public void Lists_OfWhichOneIsSet_LeaveTheOthersUnset()
    {
        var redaction = Sources.LoadShadow("\"RedactQuery\": [\"token\"]").Shaping!.Redaction!;

        Assert.Null(redaction.Form);
        Assert.Null(redaction.Json);
        Assert.False(redaction.HasBody);
        Assert.True(Sources.LoadShadow("\"RedactForm\": [\"a\"]").Shaping!.Redaction!.HasBody);
        Assert.True(Sources.LoadShadow("\"RedactJson\": [\"/a\"]").Shaping!.Redaction!.HasBody);
    }

    [Theory]
    [InlineData(
        "RedactQuery",
        "\"token\"",
        "RedactQuery: a list is meant here, and the value 'token' was found; write [\"token\"]."
    )]
    [InlineData(
        "RedactForm",
        "true",
        "RedactForm: a list is meant here, and the value 'True' was found; write [\"password\"]."
    )]
    [InlineData(
        "RedactJson",
        "\"/card\"",
        "RedactJson: a list is meant here, and the value '/card' was found; write [\"/card/number\"]."
    )]
    [InlineData(
        "RedactJson",
        "{ \"card\": 1 }",
        "RedactJson: a list is meant here, and an object was found; write [\"/card/number\"]."
    )]
    [InlineData(
        "RedactQuery",
        "[\"\"]",
        "RedactQuery:0: it is empty; write the name of a query parameter, or remove the entry."
    )]
    [InlineData(
        "RedactQuery",
        "[\"a\", \"*token*\"]",
        "RedactQuery:1: '*token*' has a * in it; names are written out, there are no wildcards here; write the name of a query parameter in full, or use AddTransform in code."
    )]
    [InlineData(
        "RedactForm",
        "[\"*\"]",
        "RedactForm:0: '*' has a * in it; names are written out, there are no wildcards here; write the name of a form field in full, or use AddTransform in code."
    )]
    [InlineData("RedactForm", "[\"card[*]\"]", "RedactForm:0: 'card[*]' has a * in it;")]
    [InlineData(
        "RedactForm",
        "[\"a\", null]",
        "RedactForm:1: it is empty; write the name of a form field, or remove the entry."
    )]
    [InlineData(
        "RedactForm",
        "[[\"a\"]]",
        "RedactForm:0: a single value is meant here, and a list or an object was found; write \"password\"."
    )]
    [InlineData(
        "RedactJson",
        "[null]",
        "RedactJson:0: it is null; write a JSON Pointer such as /card/number or /items/*/secret."
    )]
    [InlineData(
        "RedactJson",
        "[{ \"a\": 1 }]",
        "RedactJson:0: a single value is meant here, and a list or an object was found; write \"/card/number\"."
    )]
    [InlineData(
        "RedactJson",
        "[\"card\"]",
        "RedactJson:0: 'card': a pointer begins with a slash; write a JSON Pointer"
    )]
    [InlineData("RedactJson", "[\"$.card.number\"]", "RedactJson:0: '$.card.number': a pointer begins with a slash;")]
    [InlineData("RedactJson", "[\"#/card\"]", "RedactJson:0: '#***': a pointer begins with a slash;")]
    [InlineData("RedactJson", "[\"/a~\"]", "RedactJson:0: '/a~': a ~ stands for nothing by itself; write ~0")]
    [InlineData("RedactJson", "[\"/a~2b\"]", "RedactJson:0: '/a~2b': a ~ stands for nothing by itself;")]
    [InlineData("RedactJson", "[\"/~0~\"]", "RedactJson:0: '/~0~': a ~ stands for nothing by itself;")]
    [InlineData("RedactJson", "[\"/card*\"]", "RedactJson:0: '/card*': a * stands for a whole member or index,")]
    [InlineData(
        "RedactJson",
        "[\"/items/**/a\"]",
        "RedactJson:0: '/items/**/a': a * stands for a whole member or index,"
    )]
    public void Key_WithABadValue_IsAFault(string key, string json, string fault) =>
        Assert.StartsWith(
            V2 + fault,
            Assert.Single(Sources.FaultsOf(Sources.WithShadow($"\"{key}\": {json}"))),
            StringComparison.Ordinal
        );

    [Fact]
    public void Faults_AreAllListed()
    {
        var faults = Sources.FaultsOf(
            Sources.WithShadow(
                """
                "RedactQuery": ["", "a", ""], "RedactForm": "x", "RedactJson": ["a", "/ok", "~", "/*b"]
                """
            )
        );

        Assert.Equal(
            ["RedactForm", "RedactQuery:0", "RedactQuery:2", "RedactJson:0", "RedactJson:2", "RedactJson:3"],
            faults.Select(fault => fault[V2.Length..fault.IndexOf(": ", StringComparison.Ordinal)])
        );
    }

    [Fact]
    public void Faults_OfCode_AreListedToo()
    {
        var faults = Sources.FaultsOfShadow(shadow =>
        {
            shadow.RedactQuery.Add(null!);
            shadow.RedactForm.Add("");
            shadow.RedactJson.Add(null!);
            shadow.RedactJson.Add("/\ud800");
        });

        Assert.Equal(
            [
                "Shadows:shadow:RedactQuery:0: it is empty; write the name of a query parameter, or remove the entry.",
                "Shadows:shadow:RedactForm:0: it is empty; write the name of a form field, or remove the entry.",
                "Shadows:shadow:RedactJson:0: it is null; write a JSON Pointer such as /card/number or /items/*/secret.",
                "Shadows:shadow:RedactJson:1: '/\\ud800': it holds half of a surrogate pair, which is no character; write a JSON Pointer such as /card/number or /items/*/secret.",
            ],
            faults
        );
    }

    [Theory]
    [InlineData("/0", 0)]
    [InlineData("/17", 17)]
    [InlineData("/00", -1)]
    [InlineData("/01", -1)]
    [InlineData("/-", -1)]
    [InlineData("/+1", -1)]
    [InlineData("/1a", -1)]
    [InlineData("/\u0661", -1)]
    [InlineData("/99999999999999999999", -1)]
    [InlineData("/", -1)]
    public void Segment_IsAnIndexOnlyAsTheStandardWritesOne(string text, long index)
    {
        Assert.True(JsonPointer.TryParse(text, out var parsed, out _));
        Assert.Equal(index, Assert.Single(parsed.Segments).Index);
    }
}
