using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.NonInterference;

/// <summary>What copies need runs on threads of the mirror's own, and takes none from the pool that serves requests.</summary>
public sealed class BackgroundThreadTests : FunctionalTest
{
    private const string Worker = "Traffic mirroring";

    private readonly ConcurrentDictionary<string, string?> _threads = new(StringComparer.Ordinal);

    [Theory]
    [InlineData(HttpProtocols.Http1, "1.1")]
    [InlineData(HttpProtocols.Http2, "2")]
    public async Task Copy_CodeOfTheApp_RunsOnAWorker(HttpProtocols protocol, string version)
    {
        await using var shadow = await new RecordingShadow { Protocols = protocol }.StartAsync(Token);
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { ["Shadows:v2:HttpVersion"] = version },
            ConfigureOptions = options =>
                options
                    .Shadows["v2"]
                    .UseBearerToken(_ =>
                    {
                        Note("token");
                        return ValueTask.FromResult(new BearerToken("abc", DateTimeOffset.MaxValue));
                    }),
            ConfigureMirroring = mirroring =>
            {
                mirroring.AddTransform(_ => Note("transform"));
                mirroring.ConfigureShadowClient(
                    "v2",
                    client => client.AddHttpMessageHandler(() => new NotingHandler(Note))
                );
            },
        }.StartAsync(Token);

        for (var i = 0; i < 3; i++)
        {
            await environment.Primary.ExchangeAsync(RawRequest.Get("/"), Token);
            await environment.WaitUntilSettledAsync(Token);
        }

        Assert.Equal("seen 3, completed.2xx 3", LedgerAssert.Describe(environment.Ledger.GetSnapshot().Shadows["v2"]));
        Assert.Equal(
            ["after the handler's send", "before the handler's send", "token", "transform"],
            _threads.Keys.Order(StringComparer.Ordinal)
        );
        Assert.All(_threads.Values, thread => Assert.Equal(Worker, thread));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2")]
    public async Task Copy_OverTls_HasCertificatesCheckedAndChosenOnAWorker(string version)
    {
        await using var shadow = await new RecordingShadow
        {
            Protocols = HttpProtocols.Http1AndHttp2,
            Certificate = TestCertificate.Instance,
        }.StartAsync(Token);
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { ["Shadows:v2:HttpVersion"] = version },
            ConfigureMirroring = mirroring =>
                mirroring.ConfigureShadowClient(
                    "v2",
                    client =>
                        client.UseSocketsHttpHandler(
                            (handler, _) =>
                            {
                                handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) =>
                                {
                                    Note("selection");
                                    return null!;
                                };
                                handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                                {
                                    Note("validation");
                                    return TestCertificate.Trust(certificate);
                                };
                            }
                        )
                ),
        }.StartAsync(Token);

        await environment.Primary.ExchangeAsync(RawRequest.Get("/"), Token);
        await environment.WaitUntilLedgerIsAsync("seen 1, completed.2xx 1", Token);

        Assert.Equal(["selection", "validation"], _threads.Keys.Order(StringComparer.Ordinal));
        Assert.All(_threads.Values, thread => Assert.Equal(Worker, thread));
    }

    [Theory]
    [InlineData(HttpProtocols.Http1, "1.1")]
    [InlineData(HttpProtocols.Http2, "2")]
    public async Task Copy_WithABody_HasItWrittenOnAWorker(HttpProtocols protocol, string version)
    {
        await using var shadow = await new RecordingShadow { Protocols = protocol }.StartAsync(Token);
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { ["Shadows:v2:HttpVersion"] = version },
            ConfigureOptions = options => options.Shadows["v2"].RedactJson.Add("/secret"),
            ConfigureMirroring = mirroring =>
                mirroring.ConfigureShadowClient(
                    "v2",
                    client => client.AddHttpMessageHandler(() => new NotingContentHandler(() => Note("write")))
                ),
        }.StartAsync(Token);
        var body = Encoding.ASCII.GetBytes($$"""{"secret":1,"more":"{{new string('a', 100_000)}}"}""");

        for (var i = 0; i < 3; i++)
        {
            await environment.Primary.ExchangeAsync(
                RawRequest.Build("POST", "/", ["Content-Type: application/json"], body),
                Token
            );
            await environment.WaitUntilSettledAsync(Token);
        }

        Assert.Equal("seen 3, completed.2xx 3", LedgerAssert.Describe(environment.Ledger.GetSnapshot().Shadows["v2"]));
        Assert.Equal("write", Assert.Single(_threads.Keys));
        Assert.All(_threads.Values, thread => Assert.Equal(Worker, thread));
    }

    [Fact]
    public async Task Copy_CodeOfTheAppThatBlocks_DelaysNoRequestAndLosesNoCount()
    {
        using var release = new ManualResetEventSlim();
        await using var shadow = RawShadow.Start(ShadowScripts.Answer());
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            ConfigureMirroring = mirroring => mirroring.AddTransform(_ => release.Wait(Token)),
        }.StartAsync(Token);

        // More than the pool has threads when it starts, and each would block one.
        var requests = 4 * Environment.ProcessorCount;
        for (var i = 0; i < requests; i++)
        {
            Assert.Equal(200, (await environment.Primary.ExchangeAsync(RawRequest.Get("/"), Token)).Status);
        }

        Assert.Equal(requests, environment.Ledger.GetSnapshot().Shadows["v2"].Pending);
        release.Set();
        var ledger = await environment.WaitUntilSettledAsync(Token);
        Assert.Equal($"seen {requests}, completed.2xx {requests}", LedgerAssert.Describe(ledger));
    }

    [Fact]
    public async Task Copy_HandlerThatWaitsForItsSendWithoutAwait_DoesNotStopTheOthers()
    {
        await using var shadow = RawShadow.Start(ShadowScripts.Answer());
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            ConfigureMirroring = mirroring =>
                mirroring.ConfigureShadowClient(
                    "v2",
                    client => client.AddHttpMessageHandler(() => new BlockingHandler())
                ),
        }.StartAsync(Token);

        await environment.Primary.ExchangeAsync(RawRequest.Get("/"), Token);

        // Its answer is read on a worker, and the only one may be the one that is blocked.
        var ledger = await environment.WaitUntilSettledAsync(Token);
        Assert.Equal("seen 1, completed.2xx 1", LedgerAssert.Describe(ledger));
    }

    private void Note(string what) =>
        _threads.AddOrUpdate(
            what,
            _ => Thread.CurrentThread.Name,
            (_, known) => known == Worker ? Thread.CurrentThread.Name : known
        );

    private sealed class NotingHandler(Action<string> note) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            note("before the handler's send");
            var response = await base.SendAsync(request, cancellationToken);
            note("after the handler's send");
            return response;
        }
    }

    private sealed class NotingContentHandler(Action note) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            request.Content = new NotingContent(request.Content!, note);
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class NotingContent(HttpContent inner, Action note) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            inner.CopyToAsync(new NotingStream(stream, note));

        protected override bool TryComputeLength(out long length)
        {
            length = inner.Headers.ContentLength!.Value;
            return true;
        }
    }

    private sealed class NotingStream(Stream inner, Action note) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            note();
            return inner.WriteAsync(buffer, cancellationToken);
        }

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Flush() { }
    }

    private sealed class BlockingHandler : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            var sending = base.SendAsync(request, cancellationToken);
            ((IAsyncResult)sending).AsyncWaitHandle.WaitOne();
            return sending;
        }
    }
}
