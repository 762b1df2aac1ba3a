namespace ShadowMiddleware.LoadTest.Load;

/// <summary>What the clients saw.</summary>
/// <param name="Requests">Answered requests.</param>
/// <param name="RequestsPerSecond">Answered requests, from the first send to the last answer.</param>
/// <param name="Latencies">From the moment at which a request was due.</param>
internal sealed record LoadResult(long Requests, double RequestsPerSecond, Latencies Latencies);
