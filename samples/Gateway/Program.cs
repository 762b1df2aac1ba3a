using Gateway;

var builder = WebApplication.CreateBuilder(args);
builder
    .Services.AddReverseProxy()
    .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
    .AddConfigFilter<RouteMirroring>();
builder.Services.AddTrafficMirroring(builder.Configuration.GetSection("TrafficMirroring"));

var app = builder.Build();
app.UseTrafficMirroring();
app.MapReverseProxy().ConfigureEndpoints(RouteMirroring.Apply);
await app.RunAsync();
