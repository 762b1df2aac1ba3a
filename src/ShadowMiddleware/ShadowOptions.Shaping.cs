namespace ShadowMiddleware;

/// <content>What a copy looks like, beyond its header fields.</content>
public sealed partial class ShadowOptions
{
    /// <summary>Which <c>Host</c> the copy carries.</summary>
    /// <value>
    /// Default <see cref="HostHeaderMode.Destination"/>. With the others a client writes what the shadow reads, so bound it by <c>AllowedHosts</c>; a
    /// warning at the start says when nothing does. Over https they are sent over HTTP/1.1, and the certificate is still that of the address.
    /// </value>
    public HostHeaderMode HostHeader { get; set; } = Configuration.TrafficMirroringDefaults.HostHeader;

    /// <summary>A <c>Host</c> for the copy, instead of <see cref="HostHeader"/>.</summary>
    /// <value>
    /// Default <see langword="null"/>. A host, with or without a port, such as <c>orders.internal</c>; <c>{host}</c>, which may stand in it once, is the client's host without its
    /// port: <c>{host}.uat.example.com</c>. With it, what is said of <see cref="HostHeaderMode.Original"/> holds: bound what clients write, and a request without a host makes no copy, nor does one with an IPv6
    /// address that would be a part of a name. <see cref="HostHeader"/> must be <see cref="HostHeaderMode.Destination"/> then.
    /// </value>
    public string? HostHeaderTemplate { get; set; }

    /// <summary>Whether the copy says where its request came from.</summary>
    /// <value>Default <see cref="ForwardedHeadersMode.None"/>: as received.</value>
    public ForwardedHeadersMode ForwardedHeaders { get; set; } =
        Configuration.TrafficMirroringDefaults.ForwardedHeaders;

    /// <summary>Query parameters whose values are <c>redacted</c> in the copy.</summary>
    /// <value>
    /// Default empty. Each is a whole name, decoded, without wildcards; case does not count, and brackets are read as MVC reads them: <c>card</c> is also <c>card[]</c>, <c>card[0]</c> and
    /// <c>card[number]</c>, and <c>card.number</c> is <c>card[number]</c>. None is empty. A copy in whose query a name cannot be decoded with certainty is dropped as
    /// <c>transform_failed</c>.
    /// </value>
    public IList<string> RedactQuery { get; } = [];

    /// <summary>Form fields, multipart ones included, whose values are <c>redacted</c> in the copy.</summary>
    /// <value>
    /// Default empty. Each is a whole name, read as those of <see cref="RedactQuery"/> are. None is empty. With this or <see cref="RedactJson"/>, a copy whose body is
    /// neither JSON nor a form beyond doubt is dropped as <c>transform_failed</c>.
    /// </value>
    public IList<string> RedactForm { get; } = [];

    /// <summary>Where in a JSON body values are redacted: a string becomes <c>"redacted"</c>, anything else <c>null</c>.</summary>
    /// <value>
    /// Default empty. JSON Pointers (RFC 6901) in which <c>*</c> is any member or index. Names are compared decoded and without case. The empty pointer is the
    /// whole body. With this or <see cref="RedactForm"/>, a copy whose body is neither JSON nor a form beyond doubt is dropped as <c>transform_failed</c>.
    /// </value>
    public IList<string> RedactJson { get; } = [];

    /// <summary>How the path of the copy differs from that of the request.</summary>
    /// <value>Default <see langword="null"/>: not at all.</value>
    public PathRewriteOptions? RewritePath { get; set; }

    internal Func<CancellationToken, ValueTask<BearerToken>>? BearerTokenProvider { get; private set; }

    /// <summary>Gives each copy a token of its own instead of the user's <c>Authorization</c>, which is never sent then.</summary>
    /// <param name="provider">
    /// Gets a token. It runs in the background when a copy is to be sent, never on a request's way; one call at a time, and the token is kept until it expires
    /// and renewed a little before. It has as long as a send (<see cref="Timeout"/>), after which its token is cancelled. When it fails, copies are
    /// dropped as <c>transform_failed</c>, and it is asked again after a second at the earliest. While four of
    /// its calls still run although they were cancelled, it is not asked.
    /// </param>
    /// <returns>The same options.</returns>
    /// <remarks>
    /// A second call replaces the first. A provider of another target or method, as a lambda that captures something is after each reload, is asked anew.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="provider"/> is <see langword="null"/>.</exception>
    public ShadowOptions UseBearerToken(Func<CancellationToken, ValueTask<BearerToken>> provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        BearerTokenProvider = provider;
        return this;
    }
}
