using System.Runtime.InteropServices;

namespace ShadowMiddleware.LoadTest.Load;

/// <summary>The <c>struct pollfd</c> of the kernel.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    public const short Readable = 1;

    public int Handle;
    public short Wanted;
    public short Seen;
}
