using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using ShadowMiddleware.Capture;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Bounds;

/// <summary>
/// Clients that begin to send and do not go on, by the thousand: they give up their bytes, the oldest first, and keep nobody else's requests
/// from being mirrored.
/// </summary>
public sealed class SlowUploadTests : FunctionalTest
{
    private const int Uploads = 2000;
    private const int Held = 5000;
    private const int Rest = 100;

    // Two blocks of 4 KB for each upload: about one in eight finds room.
    private const int MaxBufferedBytes = 2 * 1024 * 1024;
    private const int MostUploadsHeld = MaxBufferedBytes / 8192;

    private readonly SemaphoreSlim _begun = new(0);

    [Fact]
    public async Task Uploads_HeldOpenByTheThousand_GiveUpTheOldestFirstAndStopNobodyElse()
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(shadow);
        var budget = environment.Service<ByteBudget>();
        using var used = new PeakWatcher(() => budget.Used);
        using var over = new CancellationTokenSource();
        var quick = SendQuickAsync(environment, over.Token);
        var uploads = new List<RawConnection>();

        try
        {
            // One after the other, so that their age is known.
            for (var i = 0; i < Uploads; i++)
            {
                var connection = await environment.Primary.ConnectAsync(Token);
                uploads.Add(connection);
                var head = RawRequest.Head("POST", $"/slow/{i}", $"Content-Length: {Held + Rest}");
                await connection.SendAsync((byte[])[.. head, .. new byte[Held]], Token);
                await _begun.WaitAsync(Token);
            }

            await over.CancelAsync();
            var quickOnes = await quick;
            foreach (var connection in uploads)
            {
                await connection.SendAsync(new byte[Rest], Token);
                Assert.Equal($"read {Held + Rest}", (await connection.ReadResponseAsync(Token)).BodyText);
            }

            var ledger = await environment.WaitUntilSettledAsync(Token);
            var kept = ledger.Mirrored - quickOnes;
            Assert.Equal(
                $"seen {Uploads + quickOnes}, dropped.budget {Uploads - kept}, completed.2xx {kept + quickOnes}",
                LedgerAssert.Describe(ledger)
            );
            await AssertTheYoungestAreKeptAsync(shadow, (int)kept, quickOnes);
            Assert.InRange(used.Peak, MaxBufferedBytes / 2, MaxBufferedBytes);
            await Eventually.HoldsAsync(() => budget.Used == 0, () => $"{budget.Used} bytes are held", Token);
        }
        finally
        {
            uploads.ForEach(connection => connection.Dispose());
        }
    }

    protected override void Dispose(bool disposing)
    {
        _begun.Dispose();
        base.Dispose(disposing);
    }

    private async Task AssertTheYoungestAreKeptAsync(RawShadow shadow, int kept, int quickOnes)
    {
        var slow = new List<int>();
        var quick = 0;
        while (slow.Count + quick < kept + quickOnes)
        {
            var copy = await shadow.NextAsync(Token);
            if (copy.Target == "/quick")
            {
                Assert.Equal(1000, copy.Body.Length);
                quick++;
            }
            else
            {
                Assert.Equal(Held + Rest, copy.Body.Length);
                slow.Add(int.Parse(copy.Target["/slow/".Length..], CultureInfo.InvariantCulture));
            }
        }

        // All that there is room for, but for what the quick ones needed in between, and the fields of those that were complete first.
        Assert.Equal(quickOnes, quick);
        Assert.InRange(slow.Count, MostUploadsHeld / 2, MostUploadsHeld);
        Assert.All(slow, upload => Assert.InRange(upload, Uploads - MostUploadsHeld, Uploads - 1));
    }

    /// <summary>Sends small requests, one after the other, and sees each of them mirrored before the next.</summary>
    private async Task<int> SendQuickAsync(MirrorEnvironment environment, CancellationToken over)
    {
        using var connection = await environment.Primary.ConnectAsync(Token);
        var request = RawRequest.Build("POST", "/quick", [], new byte[1000]);
        var sent = 0;
        while (!over.IsCancellationRequested)
        {
            Assert.Equal("read 1000", (await connection.ExchangeAsync(request, Token)).BodyText);
            sent++;
            await environment.WaitUntilAsync(
                (ShadowLedger ledger) => LedgerAssert.Sum(ledger.Completed) == sent,
                Token
            );
        }

        return sent;
    }

    private async Task<MirrorEnvironment> StartAsync(RawShadow shadow) =>
        await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings =
            {
                ["MaxBufferedBytes"] = $"{MaxBufferedBytes}",
                ["Shadows:v2:QueueTimeout"] = "00:01:00",
                ["Shadows:v2:QueueCapacity"] = "10000",
            },
            ConfigureKestrel = kestrel => kestrel.Limits.MinRequestBodyDataRate = null,
            App = app =>
                app.Run(async context =>
                {
                    if (context.Request.Path == "/quick")
                    {
                        await SampleApp.EchoAsync(context);
                        return;
                    }

                    await context.Request.Body.ReadExactlyAsync(new byte[Held], context.RequestAborted);
                    _begun.Release();
                    await context.Request.Body.ReadExactlyAsync(new byte[Rest], context.RequestAborted);
                    await context.Response.WriteAsync($"read {Held + Rest}", context.RequestAborted);
                }),
        }.StartAsync(Token);
}
