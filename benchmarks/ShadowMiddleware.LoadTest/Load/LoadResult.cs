namespace ShadowMiddleware.LoadTest.Load;

/// <summary>What the clients saw.</summary>
/// <param name="RequestsPerSecond">Answered requests.</param>
/// <param name="Median">The latency of half of them at most, from the moment at which a request was due.</param>
/// <param name="Percentile99">The latency of all but one in a hundred.</param>
internal sealed record LoadResult(double RequestsPerSecond, TimeSpan Median, TimeSpan Percentile99);
