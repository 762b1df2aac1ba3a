#:sdk Microsoft.NET.Sdk.Web
#:project ../../src/ShadowMiddleware/ShadowMiddleware.csproj
#:property PublishAot=false

// A primary that mirrors all requests to a shadow whose name a silent DNS server is asked for; see run.sh.
var builder = WebApplication.CreateBuilder(args);
builder.Logging.ClearProviders();
builder.Services.AddTrafficMirroring(options => options.MirrorTo("http://shadow.example", percent: 100));
var app = builder.Build();
app.UseTrafficMirroring();
app.MapGet("/", () => Results.Text("primary"));
app.Run("http://127.0.0.1:5000");
