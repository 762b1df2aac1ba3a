using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OData.Query;
using Microsoft.AspNetCore.OData.Routing.Controllers;

namespace ShadowMiddleware.NeighbourTests.Apis;

public sealed class ArticlesController : ODataController
{
    private static readonly Article[] Articles =
    [
        new() { Id = 1, Name = "Article 1" },
        new() { Id = 7, Name = "Article 7" },
    ];

    [EnableQuery]
    public IEnumerable<Article> Get() => Articles;

    public IActionResult Get(int key) =>
        Articles.FirstOrDefault(article => article.Id == key) is { } article ? Ok(article) : NotFound();

    public IActionResult Post([FromBody] Article article) => Created(article);
}
