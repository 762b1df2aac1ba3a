using Microsoft.AspNetCore.Mvc;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>A body bound by MVC.</summary>
[ApiController]
[Route("mvc")]
public sealed class OrdersController : ControllerBase
{
    [HttpPost]
    public Order Post(Order order) => order;
}
