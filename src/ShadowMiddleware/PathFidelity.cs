namespace ShadowMiddleware;

/// <summary>How the target of a copy is written.</summary>
public enum PathFidelity
{
    /// <summary>
    /// Byte for byte as it arrived: <c>%2F</c>, <c>/a/../b</c> and <c>%41</c> stay what they are. A handler of the shadow's client that makes another path or query out of a target that
    /// <see cref="Uri"/> would normalise has the copy fail as <c>other</c>.
    /// </summary>
    Raw,

    /// <summary>
    /// As <see cref="Uri"/> normalises it (RFC 3986 section 6.2.2), for HTTP instrumentation that reads parts of the address: on a raw
    /// one, <see cref="Uri.GetComponents"/> throws. The target is normalised on its own, so that it stays below the path of the address.
    /// </summary>
    Canonical,
}
