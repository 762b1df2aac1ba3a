namespace ShadowMiddleware.Sending;

/// <summary>A transform of the app's, for one shadow or, with <see langword="null"/>, for all.</summary>
internal sealed record TransformRegistration(string? Shadow, Action<MirroredRequest> Transform);
