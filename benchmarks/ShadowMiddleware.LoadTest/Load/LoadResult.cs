namespace ShadowMiddleware.LoadTest.Load;

/// <summary>What the clients saw.</summary>
/// <param name="Requests">Answered requests.</param>
/// <param name="RequestsPerSecond">Answered requests, from the first send to the last answer.</param>
/// <param name="Latencies">From the moment at which a request was due.</param>
/// <param name="ProcessorTime">What the clients have used themselves: they share the machine with what they load.</param>
internal sealed record LoadResult(long Requests, double RequestsPerSecond, Latencies Latencies, TimeSpan ProcessorTime);
