namespace ShadowMiddleware.Soak.Traffic;

/// <summary>All of a request that decides about its answer.</summary>
internal sealed record RequestKind(string Method, string Path, TestBody? Body, Framing Framing)
{
    public bool IsHead => Method == "HEAD";

    public override string ToString() =>
        Body is null
            ? $"{Method} {Path}"
            : $"{Method} {Path} with {Body.Bytes.Length} bytes of {Body.ContentType} ({Framing})";
}
