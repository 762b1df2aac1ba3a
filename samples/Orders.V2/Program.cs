using Orders;
using Orders.V2;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOrdersV2();

var app = builder.Build();
app.UseOrders();
await app.RunAsync();
