namespace ShadowMiddleware.Sending;

/// <summary>The header fields that transforms see.</summary>
internal readonly struct TransformedFields : IFields
{
    private readonly MirroredRequestHeaders _headers;

    public TransformedFields(MirroredRequestHeaders headers) => _headers = headers;

    public void Add(string name, string value) => _headers.Keep(name, value);
}
