namespace ShadowMiddleware.Configuration;

/// <summary>Whether a value of a path's parameter is one that a pattern allows. Never throws.</summary>
internal delegate bool PathConstraint(ReadOnlySpan<char> value);
