namespace ShadowMiddleware.FunctionalTests.Reloading;

/// <summary>
/// Two valid values of a key, each as what it takes below the section: mostly the key alone, several when a value stands only beside
/// others. A <see langword="null"/> is a key that is not there.
/// </summary>
internal sealed record TwoValues((string Key, string? Value)[] First, (string Key, string? Value)[] Second);
