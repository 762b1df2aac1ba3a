using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Grpc;

/// <summary>Calls of a real gRPC client to an app that mirrors and to its twin; the shadow is a real gRPC server.</summary>
[Collection(SharedPeer.Name)]
public abstract class GrpcTest : FunctionalTest
{
    protected GrpcTest(GrpcPeer peer)
    {
        peer.Require();
        Peer = peer;
    }

    protected GrpcPeer Peer { get; }

    /// <summary>The app of primary and twin.</summary>
    private protected NotesApp App { get; } = new();

    private protected Task<MirrorEnvironment> StartAsync(params (string Key, string Value)[] settings) =>
        StartAsync(beforeMirror: null, settings);

    private protected async Task<MirrorEnvironment> StartAsync(
        Action<WebApplication>? beforeMirror,
        params (string Key, string Value)[] settings
    )
    {
        var environment = new MirrorEnvironment
        {
            Protocols = HttpProtocols.Http2,
            WithTwin = true,
            Shadows = { ["v2"] = Peer.ShadowAddress },
            BeforeMirror = beforeMirror,
            App = app => app.Run(App.RunAsync),
        };
        foreach (var (key, value) in settings)
        {
            environment.Settings[key] = value;
        }

        return await environment.StartAsync(Token);
    }

    /// <summary>Makes a call that goes by itself and gives everything that its caller saw.</summary>
    private protected async Task<IReadOnlyList<string>> CallAsync(PrimaryHost host, PeerRequest request)
    {
        var call = await Peer.OpenAsync(host.Address, request);
        return await call.ReadToEndAsync(Token);
    }

    /// <summary>Makes the same call to the app that mirrors and to its twin: the caller sees the same.</summary>
    private protected async Task<IReadOnlyList<string>> CallBothAsync(
        MirrorEnvironment environment,
        PeerRequest request
    )
    {
        var expected = await CallAsync(environment.Twin, request);
        var actual = await CallAsync(environment.Primary, request);
        Assert.Equal(expected, actual);
        return actual;
    }

    /// <summary>Waits for the counts, and holds that the shadow has received nothing of the test and no captured byte is left.</summary>
    private protected async Task AssertNoCopyAsync(MirrorEnvironment environment, PeerRequest request, string ledger)
    {
        await environment.WaitUntilLedgerIsAsync(ledger, Token);
        Assert.False(Peer.HasReceived(request.Test));
        Assert.Equal(0, environment.Service<Capture.ByteBudget>().Used);
    }
}
