using System.Buffers.Binary;
using ShadowMiddleware.Fuzzer.Apps;

namespace ShadowMiddleware.Fuzzer.Judging;

/// <summary>Tells gRPC calls, and those that stream their requests, from everything else. Written a second time, as <see cref="CopyJudge"/> is.</summary>
internal static class GrpcCalls
{
    private const string MediaType = "application/grpc";
    private const int PrefixLength = 5;

    public static bool Is(Arrival arrival) =>
        arrival.IsHttp2
        && arrival["Content-Type"] is [{ } type]
        && type.StartsWith(MediaType, StringComparison.OrdinalIgnoreCase)
        && (type.Length == MediaType.Length || type[MediaType.Length] is '+' or ';');

    /// <summary>Whether a whole body holds no message at all, or more than one of which the first is not too long.</summary>
    public static bool IsStream(byte[] body)
    {
        if (body.Length < PrefixLength)
        {
            return body.Length == 0;
        }

        var end = PrefixLength + (long)BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1));
        return end <= Fuzzing.MaxBodyBytes && body.Length > end;
    }
}
