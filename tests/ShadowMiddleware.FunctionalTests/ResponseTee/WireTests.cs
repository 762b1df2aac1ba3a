using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.Capture;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.ResponseTee;

/// <summary>However the app writes: the bytes on the wire are those without a tee, and what is captured is what the client got, or nothing.</summary>
public sealed class WireTests : ResponseTeeTest
{
    public static MatrixTheoryData<string, string> Cases { get; } = new(["GET", "HEAD"], Writings.All.Keys);

    public static MatrixTheoryData<string, string> SharedCases { get; } = new(["GET", "HEAD", "POST"], Responses.Paths);

    public static MatrixTheoryData<string, HttpProtocols> Variants { get; } =
        new(["", "?length", "?start", "?length&start"], [HttpProtocols.Http1, HttpProtocols.Http2]);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Response_WrittenInAnyWay_IsTheSameBytes(string method, string path)
    {
        await using var environment = await StartAsync(Writings.Map);

        var captured = await AssertSameAsync(environment, method, path);

        AssertExpected(method, path, captured);
        AssertNothingIsHeld(environment);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Response_WrittenInAnyWayOverHttp2_IsTheSame(string method, string path)
    {
        await using var environment = await StartAsync(Writings.Map, HttpProtocols.Http2);

        var captured = await AssertSameOverHttp2Async(environment, method, path);

        AssertExpected(method, path, captured);
        AssertNothingIsHeld(environment);
    }

    [Theory]
    [MemberData(nameof(SharedCases))]
    public async Task Response_OfTheSharedEndpoints_IsTheSameBytes(string method, string path)
    {
        await using var environment = await StartAsync(Responses.Map);

        var captured = await AssertSameAsync(environment, method, path);

        var expected = path switch
        {
            "/throw" or "/throwlate" => ResponseCaptureState.Incomplete,
            "/file" when method != "HEAD" => ResponseCaptureState.SentFile,
            _ => ResponseCaptureState.Whole,
        };
        Assert.Equal(expected, captured.State);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task Response_WrittenToStreamAndWriterInAnyOrder_IsTheSameAndCaptured(
        string variant,
        HttpProtocols protocols
    )
    {
        await using var environment = await StartAsync(Writings.Map, protocols);

        foreach (var order in Writings.Orders(3).Skip(1).Append("uSuSuwuSFuufSu"))
        {
            var target = $"/order/{order}{variant}";
            var captured =
                protocols == HttpProtocols.Http1
                    ? await AssertSameAsync(environment, "GET", target)
                    : await AssertSameOverHttp2Async(environment, "GET", target);

            Assert.Equal((target, ResponseCaptureState.Whole), (target, captured.State));
        }

        AssertNothingIsHeld(environment);
    }

    private static void AssertExpected(string method, string path, CapturedResponse captured)
    {
        // Nothing of what the app writes in answer to HEAD is sent, so nothing of it can go wrong, but an exception that leaves the app.
        var expected =
            method == "HEAD" && !Writings.ThrowForHead.Contains(path)
                ? ResponseCaptureState.Whole
                : Writings.All[path].State;

        Assert.Equal(expected, captured.State);
    }
}
