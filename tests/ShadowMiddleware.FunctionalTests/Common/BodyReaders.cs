using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>The ways in which apps read a request's body, one endpoint for each.</summary>
internal static class BodyReaders
{
    public static void AddServices(IServiceCollection services) =>
        services.AddControllers().AddApplicationPart(typeof(OrdersController).Assembly);

    public static void Map(WebApplication app)
    {
        app.MapPost("/binding", (Order order) => $"{order.Name}");
        app.MapPost(
            "/readfromjson",
            async (HttpContext context) =>
                (await context.Request.ReadFromJsonAsync<Order>(context.RequestAborted))?.Name
        );
        app.MapPost(
            "/form",
            async (HttpContext context) =>
                (await context.Request.ReadFormAsync(context.RequestAborted)).Count.ToString("D", null)
        );
        app.MapPost(
                "/formfile",
                async (IFormFile file) =>
                {
                    await using var stream = file.OpenReadStream();
                    return $"{await Pattern.ReadAsync(stream, 0, CancellationToken.None)}";
                }
            )
            .DisableAntiforgery();
        app.MapPost("/late", ReadLateAsync);
        app.MapPost("/streamreader", ReadToEndAsync);
        app.MapPost("/copyto", SampleApp.EchoAsync);
        app.MapPost("/copytosync", CopySync);
        app.MapPost("/bodyreader", ReadPipeAsync);
        app.MapPost("/zerobyte", ReadWithZeroByteReadsAsync);
        app.MapPost("/readsync", ReadSync);
        app.MapPost("/readbyte", ReadByteSync);
        app.MapPost("/beginread", ReadByBeginEndAsync);
        app.MapPost("/exactly", ReadExactlyAsync);
        app.MapPost(
            "/tenbytes",
            async context => await context.Request.Body.ReadExactlyAsync(new byte[10], context.RequestAborted)
        );
        app.MapPost("/examined", ExamineWithoutConsumingAsync);
        app.MapPost("/unread", SampleApp.IgnoreAsync);
        app.MapControllers();
    }

    /// <summary>Reads when the response has long begun.</summary>
    private static async Task ReadLateAsync(HttpContext context)
    {
        await context.Response.WriteAsync("answer", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Task.Yield();
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        await context.Response.WriteAsync(", rest", context.RequestAborted);
    }

    private static async Task ReadToEndAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        await context.Response.WriteAsync($"{(await reader.ReadToEndAsync(context.RequestAborted)).Length}");
    }

    private static Task CopySync(HttpContext context)
    {
        context.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true;
        context.Request.Body.CopyTo(Stream.Null, bufferSize: 100);
        return Task.CompletedTask;
    }

    private static async Task ReadPipeAsync(HttpContext context)
    {
        while (true)
        {
            var result = await context.Request.BodyReader.ReadAsync(context.RequestAborted);
            context.Request.BodyReader.AdvanceTo(result.Buffer.End);

            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    private static async Task ReadWithZeroByteReadsAsync(HttpContext context)
    {
        var buffer = new byte[777];

        do
        {
            var none = await context.Request.Body.ReadAsync(Memory<byte>.Empty, context.RequestAborted);
            Assert.Equal(0, none);
        } while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) > 0);
    }

    private static Task ReadSync(HttpContext context)
    {
        context.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true;
        Span<byte> buffer = stackalloc byte[100];
        while (context.Request.Body.Read(buffer) > 0) { }

        return Task.CompletedTask;
    }

    private static Task ReadByteSync(HttpContext context)
    {
        context.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true;
        while (context.Request.Body.ReadByte() >= 0) { }

        return Task.CompletedTask;
    }

    private static async Task ReadByBeginEndAsync(HttpContext context)
    {
        var body = context.Request.Body;
        var buffer = new byte[100];
        while (await Task.Factory.FromAsync(body.BeginRead, body.EndRead, buffer, 0, buffer.Length, state: null) > 0)
        { }
    }

    /// <summary>Reads no more than the announced length, so that the end of the stream is never seen.</summary>
    private static async Task ReadExactlyAsync(HttpContext context) =>
        await context.Request.Body.ReadExactlyAsync(
            new byte[(int)context.Request.ContentLength!.Value],
            context.RequestAborted
        );

    private static async Task ExamineWithoutConsumingAsync(HttpContext context)
    {
        var result = await context.Request.BodyReader.ReadAsync(context.RequestAborted);
        context.Request.BodyReader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
    }
}
