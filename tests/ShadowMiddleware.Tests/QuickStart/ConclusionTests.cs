using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using QuickStart.Copies;
using QuickStart.Reporting;
using QuickStart.Traffic;
using Results = QuickStart.Reporting.Results;

namespace ShadowMiddleware.Tests.QuickStart;

/// <summary>The QuickStart says that all went as promised only when it has compared every copy of its own traffic.</summary>
public class ConclusionTests
{
    private readonly CopyCheck _copies = new();
    private int _copied;

    [Fact]
    public async Task EqualCopies_Pass()
    {
        await SendAsync("1", "1");
        await SendAsync("2", "2");

        Assert.All(Draw(clientRequests: 2), finding => Assert.True(finding.Kept, finding.Text));
        Assert.Equal(2, _copies.Exact);
    }

    [Fact]
    public async Task CopiesThatLostTheirId_Fail()
    {
        await SendAsync("1", null);
        await SendAsync("2", null);

        AssertFails("2 of 2 copies are not what the primary received.", clientRequests: 2);
        Assert.Contains("The shadow received:\nGET /", _copies.FirstInexact, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OneCopyThatLostItsId_Fails()
    {
        await SendAsync("1", "1");
        await SendAsync("2", null);

        AssertFails("1 of 2 copies are not what the primary received.", clientRequests: 2);
    }

    [Fact]
    public async Task CopyWithAnotherHeader_Fails()
    {
        await SendAsync("1", "1", copy => copy.Headers["X-Other"] = "1");

        AssertFails("1 of 1 copies are not what the primary received.", clientRequests: 1);
    }

    [Fact]
    public async Task CopyThatArrivesTwice_Fails()
    {
        await SendAsync("1", "1");
        await _copies.OnShadowAsync(Request("1", tagged: true), _ => Task.CompletedTask);

        AssertFails("1 of 2 copies are not what the primary received.", clientRequests: 1);
    }

    [Fact]
    public async Task TrafficOfWhichNoCopyCameThrough_Fails()
    {
        await _copies.OnPrimaryAsync(Request("1", tagged: false), _ => Task.CompletedTask);

        AssertFails("No copy could be compared with its original.", clientRequests: 1);
    }

    // With --serve, a person's own requests carry no id, and nothing is known about what they should look like.
    [Fact]
    public async Task CopiesOfSomebodyElsesRequests_AreNotCompared()
    {
        await SendAsync(null, null);

        Assert.All(Draw(clientRequests: 0), finding => Assert.True(finding.Kept, finding.Text));
        Assert.Equal((1, 0, 0), (_copies.Foreign, _copies.Exact, _copies.Inexact));
    }

    [Fact]
    public async Task CopiesOfSomebodyElsesRequests_BesideTraffic_Pass()
    {
        await SendAsync("1", "1");
        await SendAsync(null, null);

        Assert.All(Draw(clientRequests: 1), finding => Assert.True(finding.Kept, finding.Text));
    }

    private async Task SendAsync(string? id, string? idOfCopy, Action<HttpRequest>? change = null)
    {
        await _copies.OnPrimaryAsync(Request(id, tagged: false), _ => Task.CompletedTask);

        var copy = Request(idOfCopy, tagged: true);
        change?.Invoke(copy.Request);
        await _copies.OnShadowAsync(copy, _ => Task.CompletedTask);
        _copied++;
    }

    private void AssertFails(string expected, int clientRequests) =>
        Assert.Contains(Draw(clientRequests), finding => !finding.Kept && finding.Text == expected);

    private IReadOnlyList<Finding> Draw(int clientRequests)
    {
        var ledger = new ShadowLedger
        {
            Seen = _copies.Requests,
            Skipped = new Dictionary<string, long>(),
            Dropped = new Dictionary<string, long> { ["queue_full"] = _copies.Requests - _copied },
            Mirrored = _copied,
            Completed = new Dictionary<string, long> { ["2xx"] = _copied },
            Failed = new Dictionary<string, long>(),
            Pending = 0,
            InFlight = 0,
        };
        var client = new ClientView(
            clientRequests,
            new Dictionary<int, long> { [200] = clientRequests },
            new Latency(1, 1),
            new Latency(1, 1),
            0,
            null
        );
        return Conclusion.Draw(new Results(client, _copies, ledger));
    }

    private static DefaultHttpContext Request(string? id, bool tagged)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "GET";
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = "/";
        if (id is not null)
        {
            context.Request.Headers[CopyCheck.IdHeader] = id;
        }

        if (tagged)
        {
            context.Request.Headers[CopyCheck.TagHeader] = "v2";
        }

        return context;
    }
}
