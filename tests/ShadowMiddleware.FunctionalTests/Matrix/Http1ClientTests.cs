namespace ShadowMiddleware.FunctionalTests.Matrix;

public sealed class Http1ClientTests() : MatrixTests(MatrixCell.Http1)
{
    public static TheoryData<string> Faults { get; } = FaultsFor(MatrixCell.Http1);

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Requests_OverHttp1AndShadowHasAFault_NobodyNotices(string fault) => RunAsync(fault);
}
