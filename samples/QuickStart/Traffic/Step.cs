namespace QuickStart.Traffic;

/// <summary>One request of a shopper.</summary>
internal sealed record Step(HttpMethod Method, string Target, byte[]? Body = null, bool Chunked = false);
