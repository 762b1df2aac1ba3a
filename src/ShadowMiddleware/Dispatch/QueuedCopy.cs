using ShadowMiddleware.Capture;

namespace ShadowMiddleware.Dispatch;

/// <summary>A copy that waits for its send, and when it was handed over. Holds one reference to the request.</summary>
internal readonly record struct QueuedCopy(CapturedRequest Request, long HandedOverAt);
