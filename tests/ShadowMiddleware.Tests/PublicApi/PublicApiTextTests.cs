namespace ShadowMiddleware.Tests.PublicApi;

/// <summary>What the approval test cannot see cannot be approved: each kind of change has to show in the text.</summary>
public class PublicApiTextTests
{
    private static readonly string _text = PublicApiText.Of(typeof(PublicApiSample<>));

    [Theory]
    [InlineData("ShadowMiddleware.Tests.PublicApi: abstract class PublicApiSample<T> : IDisposable where T : struct")]
    [InlineData("    protected PublicApiSample(int size = 3)")]
    [InlineData("    const string Name = \"name\"")]
    [InlineData("    static readonly int[] Sizes")]
    [InlineData("    required string? MayBeNull { get; init; }")]
    [InlineData("    int ReadOnly { get; }")]
    [InlineData("    string Item[int index] { get; }")]
    [InlineData("    event EventHandler<CancelEventArgs>? Closed")]
    [InlineData("    [Obsolete(\"Gone soon.\")] void Old()")]
    [InlineData("    protected abstract ValueTask<string?> ReadAsync(List<string?> lines, int? limit, out bool more)")]
    [InlineData("    virtual TOther Convert<TOther>(params object?[] values) where TOther : new()")]
    public void What_a_user_can_name_is_in_the_text(string line)
    {
        Assert.Contains(line, _text.Split('\n'));
    }

    [Theory]
    [InlineData("Hidden")]
    [InlineData("get_")]
    [InlineData("ToString")]
    [InlineData("backing")]
    public void What_a_user_cannot_name_is_not(string name)
    {
        Assert.DoesNotContain(name, _text, StringComparison.Ordinal);
    }
}
