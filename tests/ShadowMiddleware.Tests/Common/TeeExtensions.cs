using ShadowMiddleware.Capture;

namespace ShadowMiddleware.Tests.Common;

/// <summary>Lets tests ask a tee for what it has captured.</summary>
internal static class TeeExtensions
{
    extension(RequestBodyTee tee)
    {
        public CaptureState State => tee.Capture.State;

        public long CapturedBytes => tee.Capture.Length;

        public PooledBodyBuffer? Detach(bool whole) => tee.Capture.Detach(whole);
    }
}
