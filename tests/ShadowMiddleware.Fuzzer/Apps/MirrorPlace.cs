using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.Fuzzer.Apps;

/// <summary>Stands right in front of the mirror, where the user and the endpoint are known, and notes the status that the mirror must have seen.</summary>
internal static class MirrorPlace
{
    public static async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var arrival = Arrival.Of(context);
        if (arrival.Has(ChoiceFields.User))
        {
            var claim = new Claim(ChoiceFields.Claim, arrival[ChoiceFields.User].ToString());
            context.User = new ClaimsPrincipal(new ClaimsIdentity([claim], "fuzz"));
        }

        MarkedEndpoint.Set(context);
        var threw = true;
        try
        {
            await next(context);
            threw = false;
        }
        finally
        {
            // A pipeline that runs again for an error page passes here a second time, and the mirror looks away.
            arrival.Status ??= threw ? StatusCodes.Status500InternalServerError : context.Response.StatusCode;
        }
    }
}
