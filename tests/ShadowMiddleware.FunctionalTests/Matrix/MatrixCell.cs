namespace ShadowMiddleware.FunctionalTests.Matrix;

/// <summary>One fault, one kind of request, one version that the client speaks. The tests run these and no others, and the table shows these.</summary>
internal sealed record MatrixCell(ShadowFault Fault, RequestKind Kind, string ClientVersion)
{
    public const string Http1 = "1.1";
    public const string Http2 = "2";

    public static readonly IReadOnlyList<MatrixCell> All =
    [
        .. from fault in ShadowFault.All
        from kind in RequestKind.All
        from version in (string[])[Http1, Http2]
        select new MatrixCell(fault, kind, version),
    ];

    /// <summary>The cells of one fault with one client, in the order of the kinds.</summary>
    public static IReadOnlyList<MatrixCell> Of(ShadowFault fault, string clientVersion) =>
        [.. All.Where(cell => cell.Fault.Key == fault.Key && cell.ClientVersion == clientVersion)];
}
