using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Sending;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Sending;

public sealed class ConnectionCredentialsTests
{
    [Theory]
    [InlineData("Negotiate oRQwEqADCgEB")]
    [InlineData("NTLM TlRMTVNTUAABAAAA")]
    [InlineData("negotiate YII")]
    [InlineData("nTlM TlRM")]
    [InlineData("NEGOTIATE")]
    [InlineData("NTLM")]
    [InlineData("NTLM ")]
    [InlineData("  Negotiate   YII")]
    [InlineData("Negotiate\tYII")]
    [InlineData("Bearer x, Negotiate YII")]
    [InlineData("Negotiate YII, Bearer x")]
    public void LeaveOut_OfACredentialOfAConnection_LeavesNothing(string value) =>
        Assert.Equal(0, ConnectionCredentials.LeaveOut(value).Count);

    [Theory]
    [InlineData("Bearer Negotiate")]
    [InlineData("Basic bnRsbTpudGxt")]
    [InlineData("NTLMv9 x")]
    [InlineData("Negotiated x")]
    [InlineData("Digest username=\"NTLM\"")]
    [InlineData("")]
    public void LeaveOut_OfAnythingElse_LeavesIt(string value) =>
        Assert.Equal(value, ConnectionCredentials.LeaveOut(value).ToString());

    [Fact]
    public void LeaveOut_OfSeveralLines_LeavesTheOthers() =>
        Assert.Equal(
            ["Bearer a", "Basic b"],
            ConnectionCredentials
                .LeaveOut(new StringValues(["Bearer a", "NTLM TlRM", "Basic b", "negotiate YII"]))
                .AsEnumerable()
        );

    [Fact]
    public void SayLeftOut_Again_SaysItOnce()
    {
        var logger = new RecordingLogger();
        var credentials = new ConnectionCredentials("v2", logger);

        credentials.SayLeftOut();
        credentials.SayLeftOut();

        var line = Assert.Single(logger.Lines);
        Assert.Equal(EventIds.ConnectionCredentialsLeftOut, line.EventId);
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Contains("v2", line.Message, StringComparison.Ordinal);
    }
}
