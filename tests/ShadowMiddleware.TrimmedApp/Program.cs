// Published self-contained and fully trimmed, then run: shows that mirroring survives the trimmer.
// A primary and its shadow in one process; one request; exit code 0 when its copy arrived whole.
using System.Net;
using System.Text;

const string Body = """{"item":"tea","quantity":2}""";
var arrived = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);

await using var shadow = CreateBuilder().Build();
shadow.Run(async context =>
{
    using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
    var body = await reader.ReadToEndAsync(context.RequestAborted);
    arrived.TrySetResult($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {body}");
});
await shadow.StartAsync();

var builder = CreateBuilder();
builder.Configuration.AddInMemoryCollection([new("TrafficMirroring:Shadows:v2:Address", shadow.Urls.First())]);
builder.Services.AddTrafficMirroring(builder.Configuration.GetSection("TrafficMirroring"));

await using var primary = builder.Build();
primary.UseTrafficMirroring();
primary.Run(async context =>
{
    using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
    await context.Response.WriteAsync(await reader.ReadToEndAsync(context.RequestAborted), context.RequestAborted);
});
await primary.StartAsync();

using var client = new HttpClient { BaseAddress = new Uri(primary.Urls.First()) };
using var content = new StringContent(Body, Encoding.UTF8, "application/json");
using var response = await client.PostAsync(new Uri("/orders?fast=1", UriKind.Relative), content);
var answer = await response.Content.ReadAsStringAsync();
if (response.StatusCode != HttpStatusCode.OK || answer != Body)
{
    Console.WriteLine($"not mirrored: the primary answered {(int)response.StatusCode}: {answer}");
    return 1;
}

try
{
    var copy = await arrived.Task.WaitAsync(TimeSpan.FromSeconds(10));
    var isWhole = copy == $"POST /orders?fast=1 {Body}";
    Console.WriteLine(isWhole ? "mirrored" : $"not mirrored: the shadow received {copy}");
    return isWhole ? 0 : 1;
}
catch (TimeoutException)
{
    Console.WriteLine("not mirrored: no copy arrived within 10 seconds");
    return 1;
}

static WebApplicationBuilder CreateBuilder()
{
    var builder = WebApplication.CreateSlimBuilder();
    builder.WebHost.UseUrls("http://127.0.0.1:0");
    builder.Logging.SetMinimumLevel(LogLevel.Warning);
    return builder;
}
