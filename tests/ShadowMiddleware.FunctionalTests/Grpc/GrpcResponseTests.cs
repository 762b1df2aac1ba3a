namespace ShadowMiddleware.FunctionalTests.Grpc;

/// <summary>Shadows whose responses are streams: short ones are read to their end, endless ones are no fault of the shadow.</summary>
public sealed class GrpcResponseTests(GrpcPeer peer) : GrpcTest(peer)
{
    [Fact]
    public async Task ServerStreaming_ShadowStreamsLong_IsReadToItsEnd()
    {
        await using var environment = await StartAsync();
        var request = new PeerRequest
        {
            Method = "Watch",
            Message = Note.OfSize(1000),
            Metadata = [("x-count", "300"), ("x-pause", "1")],
        };

        await CallBothAsync(environment, request);

        var copy = await Peer.NextReceivedAsync(request.Test, Token);
        await copy.NextMessageAsync(Token);
        await copy.FinishedAsync(Token);
        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
    }

    [Fact]
    public async Task ServerStreaming_WithoutAnEnd_IsCompleteWhenItsTimeIsOverAndDoesNotOpenTheBreaker()
    {
        const int calls = 4;
        await using var environment = await StartAsync(
            ("Shadows:v2:Timeout", "00:00:02"),
            ("Shadows:v2:CircuitBreaker:MinimumThroughput", "2")
        );
        for (var i = 1; i <= calls; i++)
        {
            var request = new PeerRequest
            {
                Method = "Watch",
                Message = new Note("tick"),
                Metadata = [("x-count", "Infinity"), ("x-pause", "20")],
            };

            // The copy follows when the primary's stream is over.
            var call = await Peer.OpenAsync(environment.Primary.Address, request);
            for (var messages = 0; messages < 3; messages++)
            {
                Assert.Equal("tick", await call.NextMessageAsync(Token));
            }

            await call.CancelAsync();
            var copy = await Peer.NextReceivedAsync(request.Test, Token);
            await copy.NextMessageAsync(Token);
            await environment.WaitUntilLedgerIsAsync($"seen {i}, completed.2xx {i}", Token);
            await copy.CancelledAsync(Token);
        }

        environment.Logs.AssertNothingAtErrorOrAbove();
    }
}
