using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Dispatch;
using ShadowMiddleware.Hosting;
using ShadowMiddleware.Selection;
using ShadowMiddleware.Sending;
using ShadowMiddleware.Tests.Common;
using ShadowMiddleware.Tests.Dispatch;

namespace ShadowMiddleware.Tests.Hosting;

/// <summary>An app may put anything over what the server has made, and that may throw at any use. Each request is counted all the same, once for each shadow, and ends.</summary>
public sealed class FaultyFeatureTests : IDisposable
{
    private readonly TestTimeProvider _time = new();
    private readonly CountingMemoryPool _memory = new();
    private readonly BlockPool _pool;
    private readonly TrafficMirroringLedger _ledger;
    private readonly ConfigurationMonitor _monitor;
    private readonly ShadowDirectory _directory;
    private readonly List<GatedSender> _senders = [];
    private readonly TrafficMirroringMiddleware _middleware;
    private int _calls;

    public FaultyFeatureTests()
    {
        var rule = new RuleConfiguration
        {
            Methods = ["POST"],
            Headers = [KeyValuePair.Create("X-Beta", "1")],
            ResponseStatus = new StatusSet(["2xx"]),
        };
        _monitor = new ConfigurationMonitor(
            TestShadow.Mirroring(
                TestShadow.Named("all"),
                TestShadow.Named("below") with
                {
                    Address = "http://shadow.test/base",
                },
                TestShadow.Named("trace") with
                {
                    Percent = 50,
                    SampleBy = SampleKey.TraceId,
                },
                TestShadow.Named("claim") with
                {
                    Percent = 50,
                    SampleBy = new SampleKey(SampleKeyKind.Claim, "sub"),
                },
                TestShadow.Named("rules") with
                {
                    Writes = WritePolicy.Skip,
                    Shaping = new ShapingConfiguration
                    {
                        HostHeader = HostHeaderMode.Destination,
                        ForwardedHeaders = ForwardedHeadersMode.Append,
                        RewritePath = null,
                        BearerTokenProvider = null,
                    },
                    Choice = new ChoiceConfiguration
                    {
                        Rules = [rule],
                        When = [context => context.Request.Headers.Accept != "no"],
                        WhenResponse = [context => context.Response.Headers.Age != "1"],
                    },
                }
            )
        );
        _pool = new BlockPool(new ByteBudget(10_000_000), _memory);
        _ledger = new TrafficMirroringLedger(NullLogger<TrafficMirroringLedger>.Instance, _time);
        var factory = Substitute.For<IShadowSenderFactory>();
        factory
            .Create(default!, default!)
            .ReturnsForAnyArgs(call =>
            {
                var sender = new GatedSender(call.Arg<ShadowAccount>());
                sender.LetAll();
                _senders.Add(sender);
                return sender;
            });
        var logger = NullLogger<ShadowDirectory>.Instance;
        _directory = new ShadowDirectory(
            _monitor,
            _ledger,
            factory,
            _pool.Budget,
            new DispatchPause(),
            TestWorkers.Shared,
            logger,
            _time
        );
        var faults = new SelectionFaults(NullLogger<SelectionFaults>.Instance);
        var protection = new TestProtection();
        _middleware = new TrafficMirroringMiddleware(
            RunAppAsync,
            _directory,
            new MirrorSelector(new RandomSampler(new Random(1)), protection, faults, TimeProvider.System),
            new CopyHandOver(new ResponseSelector(faults), protection, NullLogger<TrafficMirroringMiddleware>.Instance),
            _pool,
            TestRescue.Create()
        );
    }

    public void Dispose()
    {
        _directory.Dispose();
        _monitor.Dispose();
        _pool.Dispose();
        _memory.Dispose();
    }

    [Theory]
    [InlineData("header fields")]
    [InlineData("request")]
    [InlineData("response")]
    [InlineData("features")]
    [InlineData("user")]
    [InlineData("body pipe")]
    public async Task Invoke_WithWhatThrowsAtAnyUse_CountsTheRequestOnceForEachShadow(string what)
    {
        EndpointMetadataUse.Note();
        var use = 0;
        FaultAt fault;
        do
        {
            fault = new FaultAt(++use);
            var context = CreateContext(what, fault);
            fault.IsArmed = true;
            var left = await Record.ExceptionAsync(() => _middleware.Invoke(context));

            Assert.Null(left);
            Assert.Equal(use, _calls);
        } while (fault.HasThrown);

        await Soon.Ends(_directory.DrainAsync(TestContext.Current.CancellationToken));
        Assert.InRange(use, 2, 500);
        foreach (var (name, ledger) in _ledger.GetSnapshot().Shadows)
        {
            Assert.True(use == ledger.Seen, $"{name} has seen {ledger.Seen} of {use}.");
            Assert.Equal(0, LedgerAssert.Balanced(ledger).Pending);
            Assert.Equal(0, ledger.InFlight);
        }

        Assert.Equal(0, _memory.BlocksOut);
        Assert.Equal(0, _pool.Budget.Used);
    }

    // The app itself uses nothing of what throws.
    private async Task RunAppAsync(HttpContext context)
    {
        _calls++;
        await Task.Yield();
    }

    private static DefaultHttpContext CreateContext(string what, FaultAt fault)
    {
        var server = new FakeServer { Method = "POST", RawTarget = "/a/%2e%2e/b" }
            .Receive(Bytes.Of(100))
            .End();
        server.Headers["X-Beta"] = "1";
        server.Headers.TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        server.Headers.Connection = "Upgrade";
        server.Headers.ContentLength = 100;
        var features = server.CreateContext().Features;
        features.Set<IEndpointFeature>(new EndpointFeature(new TrafficMirroringAttribute("trace", 50)));
        features.Set<IHttpAuthenticationFeature>(
            new UserFeature { User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "7")])) }
        );
        switch (what)
        {
            case "header fields":
                server.Headers = fault.Around(server.Headers);
                break;
            case "request":
                features.Set(fault.Around<IHttpRequestFeature>(server));
                break;
            case "response":
                features.Set(fault.Around(features.GetRequiredFeature<IHttpResponseFeature>()));
                break;
            case "user":
                features.Set(fault.Around(features.GetRequiredFeature<IHttpAuthenticationFeature>()));
                features.Set(fault.Around(features.GetRequiredFeature<IEndpointFeature>()));
                break;
            case "body pipe":
                features.Set(fault.Around<IRequestBodyPipeFeature>(server));
                features.Set(fault.Around<IHttpRequestBodyDetectionFeature>(server));
                features.Set(fault.Around<IHttpMaxRequestBodySizeFeature>(server));
                features.Set(fault.Around<IHttpUpgradeFeature>(server));
                break;
            default:
                return new DefaultHttpContext(fault.Around(features));
        }

        return new DefaultHttpContext(features);
    }

    private sealed class EndpointFeature(object metadata) : IEndpointFeature
    {
        public Endpoint? Endpoint { get; set; } =
            new(requestDelegate: null, new EndpointMetadataCollection(metadata), "");
    }

    private sealed class UserFeature : IHttpAuthenticationFeature
    {
        public ClaimsPrincipal? User { get; set; }
    }
}
