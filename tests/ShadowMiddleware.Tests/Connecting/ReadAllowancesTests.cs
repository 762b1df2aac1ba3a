using ShadowMiddleware.Connecting;

namespace ShadowMiddleware.Tests.Connecting;

public sealed class ReadAllowancesTests
{
    private readonly ReadAllowances _allowances = new();

    [Theory]
    [InlineData("http://shadow.test", "http://shadow.test:80/path", true)]
    [InlineData("http://shadow.test/one", "http://SHADOW.test/two?x=1", true)]
    [InlineData("http://shadow.test", "https://shadow.test", false)]
    [InlineData("http://shadow.test", "http://shadow.test:81", false)]
    [InlineData("http://shadow.test", "http://other.test", false)]
    public void For_TwoAddresses_IsOneWhereTheClientSharesConnections(string one, string two, bool isOne)
    {
        var first = _allowances.For(new Uri(one));
        var second = _allowances.For(new Uri(two));

        Assert.Equal(isOne, ReferenceEquals(first, second));
    }

    [Fact]
    public void Find_IsWhatAShadowThereHas()
    {
        var held = _allowances.For(new Uri("http://shadow.test/path"));

        Assert.Same(held, _allowances.Find(new Uri("http://shadow.test/other")));
        Assert.Null(_allowances.Find(new Uri("http://elsewhere.test")));
        Assert.Null(_allowances.Find(new Uri("/relative", UriKind.Relative)));
        Assert.Null(_allowances.Find(null));
    }
}
