using System.Globalization;

namespace Orders;

/// <summary>A hardware shop's stock, made up by rule so that every run and every version has the same.</summary>
internal static class CatalogueData
{
    private static readonly (string Code, string Name, decimal Price)[] _kinds =
    [
        ("BOLT", "Hexagon bolt", 0.31m),
        ("SCREW", "Countersunk screw", 0.17m),
        ("ROD", "Threaded rod", 1.43m),
        ("ANCHOR", "Wall anchor", 0.59m),
    ];

    private static readonly (string Code, string Name, decimal Factor)[] _materials =
    [
        ("ST", "steel", 1m),
        ("SS", "stainless steel", 1.83m),
        ("BR", "brass", 2.37m),
        ("TI", "titanium", 11.9m),
    ];

    private static readonly int[] _diameters = [4, 5, 6, 8, 10];
    private static readonly int[] _lengths = [20, 40, 60];

    public static Product[] Create() =>
        [
            .. from kind in _kinds
            from material in _materials
            from diameter in _diameters
            from length in _lengths
            select new Product(
                // The slash is on purpose: real SKUs have worse, and clients send it as %2F.
                string.Create(CultureInfo.InvariantCulture, $"{kind.Code}-M{diameter}/{length}-{material.Code}"),
                string.Create(CultureInfo.InvariantCulture, $"{kind.Name} M{diameter} × {length} mm, {material.Name}"),
                kind.Name,
                decimal.Round(kind.Price * material.Factor * (1 + (diameter * length / 300m)), 3)
            ),
        ];
}
