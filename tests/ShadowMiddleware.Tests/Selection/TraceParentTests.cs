using System.Diagnostics;
using ShadowMiddleware.Selection;

namespace ShadowMiddleware.Tests.Selection;

public sealed class TraceParentTests
{
    private const string Valid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    public static TheoryData<string> Fields =>
        [
            Valid,
            "",
            Valid[..^1],
            Valid + "-",
            "01" + Valid[2..],
            "01" + Valid[2..] + "-more",
            "fe" + Valid[2..],
            "ff" + Valid[2..],
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        ];

    [Theory]
    [MemberData(nameof(Fields))]
    public void TryGetTraceId_OfAnyField_FindsWhatThePlatformFinds(string field) => AssertAsThePlatform(field);

    [Fact]
    public void TryGetTraceId_WithAnyCharacterReplaced_FindsWhatThePlatformFinds()
    {
        for (var i = 0; i < Valid.Length; i++)
        {
            foreach (var character in "0189afgAFG-/:`@ é\0")
            {
                AssertAsThePlatform($"{Valid[..i]}{character}{Valid[(i + 1)..]}");
            }
        }
    }

    private static void AssertAsThePlatform(string field)
    {
        var expected = ActivityContext.TryParse(field, traceState: null, out var context)
            ? context.TraceId.ToHexString()
            : null;

        var found = TraceParent.TryGetTraceId(field, out var traceId) ? traceId.ToString() : null;

        Assert.Equal(expected, found);
    }
}
