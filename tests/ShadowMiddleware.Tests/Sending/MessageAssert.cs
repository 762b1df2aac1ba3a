namespace ShadowMiddleware.Tests.Sending;

/// <summary>Looks at a message as it will be written.</summary>
internal static class MessageAssert
{
    /// <summary>The lines of a field, wherever the client keeps them.</summary>
    public static string[] Field(HttpRequestMessage message, string name)
    {
        var values = message.Headers.NonValidated.TryGetValues(name, out var found) ? found.ToArray() : [];
        return message.Content?.Headers.NonValidated.TryGetValues(name, out var described) == true
            ? [.. values, .. described]
            : values;
    }

    public static void Has(HttpRequestMessage message, string name, string value) =>
        Assert.Equal([value], Field(message, name));

    public static void HasNot(HttpRequestMessage message, string name) => Assert.Empty(Field(message, name));
}
