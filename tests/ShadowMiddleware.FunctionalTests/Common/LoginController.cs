using Microsoft.AspNetCore.Mvc;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>Forms and queries bound by MVC.</summary>
[ApiController]
[Route("mvc/login")]
public sealed class LoginController : ControllerBase
{
    [HttpPost]
    public string Post([FromForm] Login login) => $"{login.Password}|{login.Card?.Number}|{Join(login.Codes)}";

    [HttpGet]
    public string Get([FromQuery] string[] tokens) => Join(tokens);

    private static string Join(string[]? values) => string.Join(',', values ?? []);
}
