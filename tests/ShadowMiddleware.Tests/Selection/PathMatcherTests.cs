using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Selection;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Selection;

/// <summary>Paths match as endpoint routing matches them: the platform's own is asked about the same paths.</summary>
public sealed class PathMatcherTests
{
    private const int Paths = 2_000;

    private static readonly string[] _parts =
    [
        "orders",
        "ORDERS",
        "catalog",
        "5",
        "-5",
        "5000000000",
        "1.5",
        "true",
        "abc",
        "ABC\u212A",
        "a.txt",
        "a.",
        ".",
        "..",
        "2031-12-01",
        "8f9e0c52-6a4e-4a4c-9a26-2b1f7f0a9c11",
        "",
        " ",
        "é",
        "a%2Fb",
    ];

    public static TheoryData<string> Patterns =>
        [
            "/",
            "orders",
            "/orders",
            "/orders/",
            "~/orders",
            "/orders/{id}",
            "/orders/{id?}",
            "/orders/{id=5}",
            "/{a}/{b?}",
            "/{a=orders}/{b=5}",
            "/{a=orders}/{b?}",
            "/catalog/{*rest}",
            "/catalog/{**rest}",
            "/{**rest}",
            "/{a}/{**rest}",
            "/orders/{id:int}",
            "/orders/{id:int?}",
            "/orders/{id:int=5}",
            "/orders/{id:INT}",
            "/orders/{id:long}",
            "/orders/{id:bool}",
            "/orders/{id:guid}",
            "/orders/{id:datetime}",
            "/orders/{id:decimal}",
            "/orders/{id:double}",
            "/orders/{id:float}",
            "/orders/{id:alpha}",
            "/orders/{id:required}",
            "/orders/{id:file}",
            "/orders/{id:nonfile}",
            "/orders/{id:min(1)}",
            "/orders/{id:max(10)}",
            "/orders/{id:range(-10,10)}",
            "/orders/{id:length(3)}",
            "/orders/{id:length(1,3)}",
            "/orders/{id:minlength(2)}",
            "/orders/{id:maxlength(2)}",
            "/orders/{id:int:min(1)}",
            "/orders/{id}/5",
            "/{{x}}/{id}",
        ];

    [Theory]
    [MemberData(nameof(Patterns))]
    public async Task Matches_OfManyPaths_IsWhatRoutingSays(string text)
    {
        Assert.True(PathPattern.TryParse(text, out var pattern, out _));
        var route = Routing(text);
        var random = new Random(20_311_201);
        var matched = 0;

        foreach (var path in Enumerable.Range(0, Paths).Select(_ => Path(random)).Append("/{x}/5").Append("/"))
        {
            var expected = await route(path);
            Assert.True(expected == PathMatcher.Matches(pattern, path), $"Routing says {expected} of '{path}'.");
            matched += expected ? 1 : 0;
        }

        Assert.InRange(matched, 1, Paths + 2);
    }

    private static string Path(Random random)
    {
        var parts = Enumerable.Range(0, random.Next(0, 4)).Select(_ => _parts[random.Next(_parts.Length)]).ToArray();

        // Half of the paths begin as most patterns do.
        if (parts.Length > 0 && random.Next(2) == 0)
        {
            parts[0] = random.Next(2) == 0 ? "orders" : "catalog";
        }

        return "/" + string.Join('/', parts) + (random.Next(4) == 0 ? "/" : "");
    }

    private static Func<string, Task<bool>> Routing(string pattern)
    {
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<System.Diagnostics.DiagnosticListener>(new System.Diagnostics.DiagnosticListener("tests"))
            .AddRouting()
            .BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        var found = false;
        app.UseRouting();
        app.Use(
            (HttpContext context, RequestDelegate _) =>
            {
                found = context.GetEndpoint() is not null;
                return Task.CompletedTask;
            }
        );
        app.UseEndpoints(endpoints => endpoints.Map(pattern, _ => Task.CompletedTask));
        var pipeline = app.Build();
        return async path =>
        {
            var context = new FakeServer { Method = "GET", Path = path }.CreateContext();
            context.RequestServices = services;
            await pipeline(context);
            return found;
        };
    }
}
