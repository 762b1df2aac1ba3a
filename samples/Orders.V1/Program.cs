using Orders;
using Orders.V1;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOrdersV1();
builder.Services.AddTrafficMirroring(builder.Configuration.GetSection("TrafficMirroring"));

var app = builder.Build();
app.UseTrafficMirroring();
app.UseOrders();
await app.RunAsync();
