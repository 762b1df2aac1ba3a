using ShadowMiddleware.LoadTest.Faults;

namespace ShadowMiddleware.LoadTest.Scenarios;

/// <summary>Cases, and what they are set against.</summary>
/// <param name="Healthy">The same load, and nothing wrong.</param>
/// <param name="Cases">What may be wrong.</param>
internal sealed record IsolationGroup(IsolationCase Healthy, IReadOnlyList<IsolationCase> Cases)
{
    // A name of its own kind, that no file of hosts has.
    private const string UnknownName = "http://shadow.load-test.example:8080";

    /// <summary>All that are measured.</summary>
    public static IReadOnlyList<IsolationGroup> CreateAll() =>
        [
            new(
                new IsolationCase("healthy shadow"),
                [
                    new IsolationCase("name at a DNS server that does not answer")
                    {
                        Configure = settings => settings with { Shadow = UnknownName },
                        AsksForNames = true,
                    },
                    new IsolationCase("certificate whose issuer cannot be downloaded")
                    {
                        Fault = ShadowFault.UnknownIssuer,
                        Configure = settings => settings with { HttpVersion = "1.1" },
                    },
                    new IsolationCase("endless chunks of one byte") { Fault = ShadowFault.EndlessChunks },
                    OverHttp2("endless empty DATA frames", ShadowFault.EndlessData),
                    OverHttp2("endless PRIORITY frames", ShadowFault.EndlessPriority),
                    OverHttp2("endless PING frames", ShadowFault.EndlessPing),
                    OverHttp2("endless ALTSVC frames", ShadowFault.EndlessAltSvc),
                    Blocks("transform that blocks", BlockingCode.Transform),
                    Blocks("handler that blocks before the send", BlockingCode.BeforeSend),
                    Blocks("handler that blocks after the response", BlockingCode.AfterResponse),
                ]
            ),
            new(
                new IsolationCase("healthy shadow, uploads") { Uploads = true },
                [
                    new IsolationCase("uploads that are redacted")
                    {
                        Uploads = true,
                        Configure = settings => settings with { Redacts = true },
                    },
                ]
            ),
        ];

    private static IsolationCase OverHttp2(string name, ShadowFault fault) =>
        new(name) { Fault = fault, Configure = settings => settings with { HttpVersion = "2" } };

    private static IsolationCase Blocks(string name, BlockingCode where) =>
        new(name) { Configure = settings => settings with { Blocks = where } };
}
