using Microsoft.Extensions.Configuration;

namespace ShadowMiddleware.Tests.Configuration;

/// <summary>How the platform presents JSON. The reader relies on it; a platform that changes it has to be noticed.</summary>
public class JsonProviderTests
{
    [Theory]
    [InlineData("null", null)]
    [InlineData("{}", null)]
    [InlineData("[]", "")]
    [InlineData("\"\"", "")]
    [InlineData("true", "True")]
    [InlineData("1e3", "1e3")]
    [InlineData("20", "20")]
    public void Key_OfJson_IsPresentWithValueAndWithoutChildren(string json, string? expected)
    {
        var child = Assert.Single(Sources.Json($$"""{ "Key": {{json}} }""").GetChildren());

        Assert.Equal("Key", child.Key);
        Assert.Equal(expected, child.Value);
        Assert.Empty(child.GetChildren());
    }

    [Fact]
    public void List_OfJson_HasNullValueAndNumberedChildren()
    {
        var list = Sources.Json("""{ "Key": ["a", null, "b"] }""").GetSection("Key");

        Assert.Null(list.Value);
        Assert.Equal(["0", "1", "2"], list.GetChildren().Select(child => child.Key));
        Assert.Equal(["a", null, "b"], list.GetChildren().Select(child => child.Value));
    }

    [Fact]
    public void List_EmptiedByALaterFile_KeepsTheElementsOfTheEarlierOne()
    {
        var list = Sources.Json("""{ "Key": ["a"] }""", """{ "Key": [] }""").GetSection("Key");

        Assert.Equal("", list.Value);
        Assert.Equal("a", Assert.Single(list.GetChildren()).Value);
    }
}
