using System.Diagnostics;
using ShadowMiddleware.Sending;

namespace ShadowMiddleware.Tests.Sending;

public sealed class TraceFieldsTests
{
    [Theory]
    [InlineData("TraceParent", true)]
    [InlineData("tracestate", true)]
    [InlineData("baggage", false)]
    [InlineData("Correlation-Context", false)]
    [InlineData("Request-Id", false)]
    [InlineData("b3", false)]
    public void Contains_WithoutAPropagator_GoesByTheStandard(string name, bool expected) =>
        Assert.Equal(expected, new TraceFields().Contains(name));

    [Theory]
    [InlineData("TraceParent", true)]
    [InlineData("Request-Id", true)]
    [InlineData("baggage", false)]
    [InlineData("correlation-context", false)]
    public void Contains_WithAPropagator_KnowsItsFieldsToo(string name, bool expected) =>
        Assert.Equal(expected, new TraceFields(DistributedContextPropagator.CreatePreW3CPropagator()).Contains(name));
}
