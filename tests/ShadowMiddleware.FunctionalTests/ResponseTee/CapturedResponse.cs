using ShadowMiddleware.Capture;

namespace ShadowMiddleware.FunctionalTests.ResponseTee;

/// <summary>What the tee made of one response.</summary>
/// <param name="State">How it ended.</param>
/// <param name="Body">The bytes, when it ended whole.</param>
internal sealed record CapturedResponse(ResponseCaptureState State, byte[]? Body);
