namespace ShadowMiddleware.FunctionalTests.Http2;

/// <summary>Error codes (RFC 9113 section 7).</summary>
internal enum Http2Error
{
    None = 0x0,
    Protocol = 0x1,
    Internal = 0x2,
    RefusedStream = 0x7,
    Cancel = 0x8,
    EnhanceYourCalm = 0xb,
}
