namespace ShadowMiddleware.Configuration;

/// <summary>What one key says.</summary>
/// <param name="Path">The path of the key.</param>
/// <param name="Text">Its value. Of a list or an object, all that is in it: only to be compared.</param>
/// <param name="Shown">As a message may show it; <see langword="null"/> when none may.</param>
internal readonly record struct OptionValue(string Path, string Text, string? Shown);
