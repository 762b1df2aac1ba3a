using Microsoft.AspNetCore.Mvc;
using ShadowMiddleware.NeighbourTests.Harness;

namespace ShadowMiddleware.NeighbourTests.Apis;

[ApiController]
[Route("orders")]
public sealed class OrdersController : ControllerBase
{
    [HttpPost]
    public Order Post(Order order) => order;
}
