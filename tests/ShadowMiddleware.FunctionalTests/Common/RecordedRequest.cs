using Microsoft.Extensions.Primitives;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>What a shadow on Kestrel saw of one request.</summary>
internal sealed record RecordedRequest(
    string Method,
    string Target,
    string Protocol,
    string Scheme,
    string Host,
    IReadOnlyDictionary<string, StringValues> Headers,
    byte[] Body,
    string ConnectionId
);
