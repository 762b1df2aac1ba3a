using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Streams;

/// <summary>Who does not read holds the other side back, with the mirror as without it.</summary>
public sealed class BackPressureTests : StreamTest
{
    private const long Length = 256 * 1024 * 1024;

    // More than sockets, server and client hold between them, and far less than all.
    private const long MostOnItsWay = 64 * 1024 * 1024;

    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task Upload_AppDoesNotRead_ClientIsHeldBack(HttpProtocols protocols)
    {
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            protocols,
            async context =>
            {
                // The tee is in place and has seen a byte.
                await context.Request.Body.ReadExactlyAsync(new byte[1], context.RequestAborted);
                await _gate.Task.WaitAsync(context.RequestAborted);
                var length = await Pattern.ReadAsync(context.Request.Body, 1, context.RequestAborted);
                await context.Response.WriteAsync(length.ToString(CultureInfo.InvariantCulture));
            },
            withTwin: true
        );

        foreach (var host in (PrimaryHost[])[environment.Twin, environment.Primary])
        {
            var written = 0L;
            using var content = new WrittenContent(
                (stream, token) =>
                    Pattern.WriteAsync(
                        stream,
                        0,
                        Length,
                        token,
                        position => Interlocked.Exchange(ref written, position)
                    )
            );
            var sending = SendAsync(host, content);

            Assert.InRange(await Quiescent.ValueAsync(() => Interlocked.Read(ref written), Token), 1, MostOnItsWay);
            Assert.False(sending.IsCompleted);

            if (host == environment.Primary)
            {
                _gate.SetResult();
                using var response = await sending;
                Assert.Equal(
                    Length.ToString(CultureInfo.InvariantCulture),
                    await response.Content.ReadAsStringAsync(Token)
                );
                continue;
            }

            host.Client.CancelPendingRequests();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        }

        await environment.WaitUntilLedgerIsAsync("seen 1, dropped.body_too_large 1", Token);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task Download_ClientDoesNotRead_AppIsHeldBack(HttpProtocols protocols)
    {
        var written = 0L;
        await using var shadow = RawShadow.Start();
        await using var environment = await StartAsync(
            shadow,
            protocols,
            context =>
                Pattern.WriteAsync(
                    context.Response.Body,
                    0,
                    Length,
                    context.RequestAborted,
                    position => Interlocked.Exchange(ref written, position)
                ),
            withTwin: true
        );

        foreach (var host in (PrimaryHost[])[environment.Twin, environment.Primary])
        {
            Interlocked.Exchange(ref written, 0);
            using var response = await SendAsync(host, content: null);

            Assert.InRange(await Quiescent.ValueAsync(() => Interlocked.Read(ref written), Token), 1, MostOnItsWay);
            if (host == environment.Primary)
            {
                await using var body = await response.Content.ReadAsStreamAsync(Token);
                Assert.Equal(Length, await Pattern.ReadAsync(body, 0, Token));
            }
        }

        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);
    }
}
