namespace ShadowMiddleware.FunctionalTests.Grpc;

/// <summary>A message as it was framed: flags, length and all.</summary>
internal readonly record struct GrpcMessage(ReadOnlyMemory<byte> Frame)
{
    public const int PrefixLength = 5;

    public bool IsCompressed => Frame.Span[0] == 1;

    public int Length => Frame.Length - PrefixLength;
}
