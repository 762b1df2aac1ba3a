using Microsoft.Extensions.Primitives;
using ShadowMiddleware.Capture;

namespace ShadowMiddleware.Tests.Capture;

public sealed class GrpcContentTypeTests
{
    [Theory]
    [InlineData("application/grpc", true)]
    [InlineData("application/grpc+proto", true)]
    [InlineData("application/grpc;charset=x", true)]
    [InlineData("Application/GRPC+json", true)]
    [InlineData("application/grpc-web", false)]
    [InlineData("application/grpc-web+proto", false)]
    [InlineData("application/grpcx", false)]
    [InlineData("application/grp", false)]
    [InlineData("application/json", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Matches_OfAMediaType_IsTrueForGrpcAlone(string? value, bool expected) =>
        Assert.Equal(expected, GrpcContentType.Matches(value));

    [Fact]
    public void Matches_OfNoFieldOrSeveral_IsFalse()
    {
        Assert.False(GrpcContentType.Matches(default));
        Assert.False(GrpcContentType.Matches(new StringValues(["application/grpc", "application/grpc"])));
    }
}
