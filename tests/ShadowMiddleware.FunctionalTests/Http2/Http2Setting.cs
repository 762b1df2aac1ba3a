namespace ShadowMiddleware.FunctionalTests.Http2;

/// <summary>Parameters of SETTINGS (RFC 9113 section 6.5.2).</summary>
internal enum Http2Setting
{
    MaxConcurrentStreams = 0x3,
    InitialWindowSize = 0x4,
    MaxFrameSize = 0x5,
}
