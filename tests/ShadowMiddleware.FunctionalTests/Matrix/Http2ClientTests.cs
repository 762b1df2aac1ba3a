namespace ShadowMiddleware.FunctionalTests.Matrix;

public sealed class Http2ClientTests() : MatrixTests(MatrixCell.Http2)
{
    public static TheoryData<string> Faults { get; } = FaultsFor(MatrixCell.Http2);

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Requests_OverHttp2AndShadowHasAFault_NobodyNotices(string fault) => RunAsync(fault);
}
