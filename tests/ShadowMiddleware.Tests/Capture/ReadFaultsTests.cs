using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using ShadowMiddleware.Capture;

namespace ShadowMiddleware.Tests.Capture;

public sealed class ReadFaultsTests
{
    public static TheoryData<Exception, bool> Faults =>
        new()
        {
            { new ConnectionResetException("reset"), true },
            { new ConnectionAbortedException("aborted"), true },
            { new BadHttpRequestException("Unexpected end of request content.", 400), true },
            { new BadHttpRequestException("Bad chunk size data.", 400), false },
            { new BadHttpRequestException("Request body too large.", 413), false },
            { new BadHttpRequestException("Unexpected end of request content.", 408), false },
            { new IOException("The client reset the request stream."), true },
            { new IOException("disk"), false },
            { new InvalidOperationException("app"), false },
        };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void IsClientGone_OfAServersException_TellsTheClientFromTheRest(Exception exception, bool expected) =>
        Assert.Equal(expected, ReadFaults.IsClientGone(exception));
}
