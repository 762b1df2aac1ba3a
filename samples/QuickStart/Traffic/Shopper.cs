using System.Text.Json;
using Orders;
using static System.FormattableString;

namespace QuickStart.Traffic;

/// <summary>
/// A customer with habits: an endless, always equal sequence of requests. No two shoppers touch the same order, so what each is
/// answered does not depend on how they interleave.
/// </summary>
internal sealed class Shopper(int number)
{
    private const int BulkLines = 1_000;
    private const int OversizedNoteLength = 1_500_000;

    // Unusual but valid, and a copy has to keep every byte of it.
    private static readonly string[] _oddTargets =
    [
        "/catalogue/search?q=M8%2F40",
        "/catalogue/search?q=%62rass%20bolt",
        "/catalogue/search?q=wall+anchor&q=ignored",
        "/catalogue/search?empty=&flag&q=%C3%97%2060",
        "/catalogue/search?q=100%25&return=https://shop.example/a?b=c",
        "/catalogue/./search?q=rod",
        "/catalogue/../catalogue/search?q=titanium",
        "/catalogue//search?q=nothing-here",
    ];

    private static readonly string[] _kinds = ["BOLT", "SCREW", "ROD", "ANCHOR"];
    private static readonly string[] _materials = ["ST", "SS", "BR", "TI"];
    private static readonly int[] _diameters = [4, 5, 6, 8, 10];
    private static readonly int[] _lengths = [20, 40, 60];

    private readonly Random _random = new(Seed: number);
    private int _orders;

    private string Customer => Invariant($"shopper-{number}");

    public IEnumerable<Step> Steps()
    {
        yield return Create(lines: 2);
        while (true)
        {
            yield return _random.Next(1_000) switch
            {
                < 200 => Get(Invariant($"/catalogue?skip={_random.Next(200)}&take={_random.Next(1, 40)}")),
                < 380 => Get($"/catalogue/{Sku().Replace("/", "%2F", StringComparison.Ordinal)}"),
                < 450 => Get($"/catalogue/search?q={Pick(_materials)}"),
                < 560 => Get(Pick(_oddTargets)),
                < 760 => Create(lines: _random.Next(1, 8)),
                < 830 => Get($"/orders/{SomeOrder()}"),
                < 870 => Get($"/orders?customer={Customer}"),
                < 910 => Write(HttpMethod.Put, $"/orders/{SomeOrder()}", Order(null, _random.Next(1, 4))),
                < 930 => new Step(HttpMethod.Delete, $"/orders/{SomeOrder()}"),
                < 945 => Get("/catalogue/no-such-product"),
                < 955 => Get("/no-such-page"),
                < 960 => Write(HttpMethod.Post, "/no-such-page", Order(null, lines: 1)),
                < 965 => new Step(HttpMethod.Delete, "/catalogue"),
                < 975 => new Step(HttpMethod.Post, "/orders", "{\"customer\": \"somebody who hung u"u8.ToArray()),
                < 985 => Write(
                    HttpMethod.Post,
                    "/orders",
                    new OrderRequest(null, null, [new OrderLine("NUT", 0)], null)
                ),
                < 995 => Create(BulkLines),
                _ => Write(
                    HttpMethod.Post,
                    "/orders",
                    Order(null, 1) with
                    {
                        Note = new string('!', OversizedNoteLength),
                    }
                ),
            };
        }
    }

    private static Step Get(string target) => new(HttpMethod.Get, target);

    private Step Create(int lines) => Write(HttpMethod.Post, "/orders", Order(OrderId(_orders++), lines));

    private Step Write(HttpMethod method, string target, OrderRequest order) =>
        new(
            method,
            target,
            JsonSerializer.SerializeToUtf8Bytes(order, JsonSerializerOptions.Web),
            Chunked: _random.Next(4) == 0
        );

    private OrderRequest Order(string? id, int lines) =>
        new(
            id,
            Customer,
            [.. Enumerable.Range(0, lines).Select(_ => new OrderLine(Sku(), _random.Next(1, 150)))],
            _random.Next(3) == 0 ? "Ring twice, the shop is at the back: Größe zählt." : null
        );

    private string Sku() => Invariant($"{Pick(_kinds)}-M{Pick(_diameters)}/{Pick(_lengths)}-{Pick(_materials)}");

    private string SomeOrder() => OrderId(_random.Next(_orders));

    private string OrderId(int index) => Invariant($"s{number}-{index}");

    private T Pick<T>(T[] choices) => choices[_random.Next(choices.Length)];
}
