using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>The views of one host, by the name that each request carries.</summary>
internal sealed class AppViews
{
    private readonly ConcurrentDictionary<string, AppView> _views = new(StringComparer.Ordinal);

    public AppView this[string name] => _views.GetOrAdd(name, _ => new AppView());

    public static AppView Of(HttpContext context) =>
        context.RequestServices.GetRequiredService<AppViews>()[
            context.Request.Headers[FaultRequest.NameField].ToString()
        ];
}
