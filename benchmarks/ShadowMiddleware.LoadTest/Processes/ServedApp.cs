using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>The app under load, in a process of its own: reads the body, answers two bytes. Tells its counts when a line comes in.</summary>
internal static class ServedApp
{
    public const string Role = "serve";
    public const string Unprotected = "unprotected";

    /// <param name="args">Nothing, or the address to mirror to, and then perhaps <see cref="Unprotected"/>.</param>
    public static async Task RunAsync(string[] args)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        if (args.Length > 0)
        {
            builder.Services.AddTrafficMirroring(options =>
            {
                options.MirrorTo(args[0]);
                options.Protection.Enabled = !args.Contains(Unprotected);
            });
        }

        await using var app = builder.Build();
        if (args.Length > 0)
        {
            app.UseTrafficMirroring();
        }

        var answer = "ok"u8.ToArray();
        app.Run(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.ContentLength = answer.Length;
            await context.Response.Body.WriteAsync(answer);
        });
        await app.StartAsync();
        Console.WriteLine(new Uri(app.Urls.Single()).Port);

        // The end of the input is the end of whoever started this.
        while (await Console.In.ReadLineAsync() is not null)
        {
            Console.WriteLine(JsonSerializer.Serialize(Read(app.Services)));
        }
    }

    private static ServedCounts Read(IServiceProvider services)
    {
        var shadow = services.GetService<ITrafficMirroringLedger>()?.GetSnapshot().Shadows.Values.Single();
        return new ServedCounts(
            shadow?.Seen ?? 0,
            shadow?.Mirrored ?? 0,
            shadow?.Dropped.GetValueOrDefault("pressure") ?? 0,
            shadow?.Dropped.Where(reason => reason.Key != "pressure").Sum(reason => reason.Value) ?? 0,
            Environment.CpuUsage.TotalTime
        );
    }
}
