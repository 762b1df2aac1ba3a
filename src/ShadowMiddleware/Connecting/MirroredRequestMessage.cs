namespace ShadowMiddleware.Connecting;

/// <summary>The message of a copy. A connection that is opened for it belongs to its shadow, whatever host a handler has chosen.</summary>
internal sealed class MirroredRequestMessage(HttpMethod method, Uri requestUri) : HttpRequestMessage(method, requestUri)
{
    /// <summary>What may be read from the shadow's connections; <see langword="null"/>: as much as comes.</summary>
    public ReadAllowance? Allowance { get; set; }
}
