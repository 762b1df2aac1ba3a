using System.Net;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.Tests.Common;

namespace ShadowMiddleware.Tests.Connecting;

public sealed class AddressOrderTests
{
    private readonly TestTimeProvider _time = new();
    private readonly AddressOrder _order;

    public AddressOrderTests() => _order = new AddressOrder(_time);

    [Theory]
    [InlineData("::a ::b 10.0.0.1 10.0.0.2", "::a 10.0.0.1 ::b 10.0.0.2")]
    [InlineData("10.0.0.1 10.0.0.2 10.0.0.3 ::a", "10.0.0.1 ::a 10.0.0.2 10.0.0.3")]
    [InlineData("::ffff:10.0.0.1 ::a", "10.0.0.1 ::a")]
    public void Sort_BothFamilies_Alternate(string addresses, string expected) =>
        Assert.Equal(expected, Sort(addresses));

    [Fact]
    public void Sort_OneAfterTheOther_LetsEachAddressOfAFamilyBeFirstInItsTurn()
    {
        Assert.Equal("::a 10.0.0.1 ::b 10.0.0.2 10.0.0.3", Sort("::a ::b 10.0.0.1 10.0.0.2 10.0.0.3"));
        Assert.Equal("::b 10.0.0.2 ::a 10.0.0.3 10.0.0.1", Sort("::a ::b 10.0.0.1 10.0.0.2 10.0.0.3"));
        Assert.Equal("::a 10.0.0.3 ::b 10.0.0.1 10.0.0.2", Sort("::a ::b 10.0.0.1 10.0.0.2 10.0.0.3"));
    }

    [Fact]
    public void Sort_OneHasFailed_ComesLastForAWhileOrUntilItAnswers()
    {
        _order.Failed(EndPoint("::a"));
        Assert.Equal("10.0.0.1 ::a", Sort("::a 10.0.0.1"));

        _time.Advance(AddressOrder.Memory);
        Assert.Equal("::a 10.0.0.1", Sort("::a 10.0.0.1"));

        _order.Failed(EndPoint("::a"));
        _order.Answered(EndPoint("::a"));
        Assert.Equal("::a 10.0.0.1", Sort("::a 10.0.0.1"));
    }

    [Fact]
    public void Sort_OneHasFailedAtAnotherPort_IsAsGoodAsAny()
    {
        _order.Failed(new IPEndPoint(IPAddress.Parse("::a"), 81));

        Assert.Equal("::a 10.0.0.1", Sort("::a 10.0.0.1"));
    }

    [Fact]
    public void Failed_MoreThanAreRemembered_ForgetsTheOlder()
    {
        for (var port = 1; port <= AddressOrder.MaxRemembered; port++)
        {
            _order.Failed(new IPEndPoint(IPAddress.IPv6Loopback, port));
        }

        _order.Failed(EndPoint("::a"));

        Assert.Equal("10.0.0.1 ::a", Sort("::a 10.0.0.1"));
        Assert.Equal("::1 10.0.0.1", Sort("::1 10.0.0.1"));
    }

    private static IPEndPoint EndPoint(string address) => new(IPAddress.Parse(address), 80);

    private string Sort(string addresses) =>
        string.Join(
            ' ',
            _order
                .Sort([.. addresses.Split(' ').Select(IPAddress.Parse)], 80)
                .Select(static endPoint => endPoint.Address)
        );
}
