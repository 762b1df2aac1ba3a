namespace ShadowMiddleware.Sending;

/// <summary>The transforms of the app's, in the order in which they were added.</summary>
internal sealed class RequestTransforms
{
    private readonly TransformRegistration[] _all;

    public RequestTransforms(IEnumerable<TransformRegistration> registrations) => _all = [.. registrations];

    /// <summary>The shadows that have transforms of their own.</summary>
    public IEnumerable<string> Named =>
        _all.Select(registration => registration.Shadow).OfType<string>().Distinct(StringComparer.Ordinal);

    /// <summary>What changes the copies to a shadow; empty when nothing does.</summary>
    public Action<MirroredRequest>[] For(string shadow) =>
        [
            .. _all.Where(registration => registration.Shadow is null || registration.Shadow == shadow)
                .Select(registration => registration.Transform),
        ];
}
