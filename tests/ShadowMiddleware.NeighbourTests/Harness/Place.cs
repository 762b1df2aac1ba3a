namespace ShadowMiddleware.NeighbourTests.Harness;

/// <summary>Where a neighbour stands in the pipeline.</summary>
public enum Place
{
    InFrontOfTheMirror,
    BehindTheMirror,
}
