using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.NeighbourTests.Harness;

/// <summary>A test that puts a neighbour beside the mirror.</summary>
public abstract class NeighbourTest : FunctionalTest
{
    public static TheoryData<Wire> Wires => [.. Enum.GetValues<Wire>()];

    public static MatrixTheoryData<Wire, Place> WiresAndPlaces => new(Enum.GetValues<Wire>(), Enum.GetValues<Place>());
}
