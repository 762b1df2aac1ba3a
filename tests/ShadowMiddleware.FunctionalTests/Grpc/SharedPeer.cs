namespace ShadowMiddleware.FunctionalTests.Grpc;

/// <summary>The tests that share one peer.</summary>
[CollectionDefinition(Name)]
public sealed class SharedPeer : ICollectionFixture<GrpcPeer>
{
    public const string Name = "gRPC peer";
}
