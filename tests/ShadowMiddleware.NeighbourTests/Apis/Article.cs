namespace ShadowMiddleware.NeighbourTests.Apis;

public sealed class Article
{
    public int Id { get; set; }

    public string Name { get; set; } = "";
}
