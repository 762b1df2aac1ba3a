using System.Collections.Immutable;

namespace ShadowMiddleware.Configuration;

/// <summary>Compiles what is redacted.</summary>
internal static class RedactionCompiler
{
    /// <returns><see langword="null"/> when nothing is.</returns>
    public static RedactionConfiguration? Compile(ShadowOptions shadow) =>
        shadow.RedactQuery.Count + shadow.RedactForm.Count + shadow.RedactJson.Count == 0
            ? null
            : new()
            {
                Query = CompileNames(shadow.RedactQuery),
                Form = CompileNames(shadow.RedactForm),
                Json = CompilePointers(shadow.RedactJson),
            };

    private static RedactedNames? CompileNames(IList<string> names) =>
        names.Count == 0 ? null : new RedactedNames(names);

    private static ImmutableArray<JsonPointer>? CompilePointers(IList<string> pointers) =>
        pointers.Count == 0 ? null : [.. pointers.Select(Parse)];

    private static JsonPointer Parse(string text) =>
        JsonPointer.TryParse(text, out var pointer, out var fault)
            ? pointer
            : throw new InvalidOperationException($"Options are compiled after they were checked, and yet: {fault}");
}
