using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
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

public sealed class TrafficMirroringMiddlewareTests : IDisposable
{
    private readonly TestTimeProvider _time = new();
    private readonly CountingMemoryPool _memory = new();
    private readonly BlockPool _pool;
    private readonly TrafficMirroringLedger _ledger;
    private readonly RecordingLogger<TrafficMirroringMiddleware> _logger = new();
    private readonly Dictionary<string, GatedSender> _senders = [];
    private readonly List<IDisposable> _disposables = [];
    private readonly TestProtection _protection = new();
    private readonly RecordingLogger<SelectionFaults> _faultLog = new();
    private readonly SelectionFaults _faults;
    private ShadowDirectory? _directory;
    private ISampler _sampler = new RandomSampler(new Random(1));

    public TrafficMirroringMiddlewareTests()
    {
        _pool = new BlockPool(new ByteBudget(10_000_000), _memory);
        _ledger = new TrafficMirroringLedger(NullLogger<TrafficMirroringLedger>.Instance, _time);
        _faults = new SelectionFaults(_faultLog);
    }

    public void Dispose()
    {
        _disposables.ForEach(disposable => disposable.Dispose());
        _pool.Dispose();
        _memory.Dispose();
    }

    [Fact]
    public async Task Invoke_OfAChosenRequest_IsChargedByCopiesAndBytes()
    {
        var server = new FakeServer().Receive(Bytes.Of(5_000)).End();
        var invoke = Create(
            context => context.Request.Body.CopyToAsync(Stream.Null),
            TestShadow.Named("v2"),
            TestShadow.Named("v3")
        );

        await invoke(server.CreateContext());
        await DrainAsync();

        Assert.Equal([(2, 5_000)], _protection.Charged);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Invoke_TheHandOverThrows_ReachesNobodyAndGivesBackTheBody(bool appThrows)
    {
        var thrown = new InvalidOperationException("the app's");
        var server = new FakeServer().Receive(Bytes.Of(5_000)).End();
        var invoke = Create(
            async context =>
            {
                await context.Request.Body.CopyToAsync(Stream.Null);
                if (appThrows)
                {
                    throw thrown;
                }
            },
            TestShadow.Named()
        );
        _protection.Fault = new InvalidOperationException("the mirror's");

        var left = await Record.ExceptionAsync(() => invoke(server.CreateContext()));
        await DrainAsync();

        Assert.Same(appThrows ? thrown : null, left);
        Assert.Single(_logger.Of(EventIds.MirroringFaulted));
        AssertSettled("v2", 1);
    }

    [Fact]
    public async Task Invoke_OfAChosenRequest_SendsACopyAfterTheApp()
    {
        var server = new FakeServer { RawTarget = "/orders" }
            .Receive(Bytes.Of(5_000))
            .End();
        var pendingInApp = 0L;
        var invoke = Create(
            async context =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                Assert.Equal(Bytes.Of(5_000), body.ToArray());
                pendingInApp = Ledger().Pending;
                Assert.Equal(0, _senders["v2"].Started);
            },
            TestShadow.Named()
        );

        await invoke(server.CreateContext());
        await DrainAsync();

        Assert.Equal(1, pendingInApp);
        var sent = Assert.Single(_senders["v2"].Sent);
        Assert.Equal(("POST", "/orders"), (sent.Method, sent.Target));
        AssertSettled("v2", 1);
    }

    [Theory]
    [InlineData(200, false, false, "2xx")]
    [InlineData(404, false, true, "2xx")]
    [InlineData(404, true, false, "2xx,404")]
    [InlineData(500, true, true, "2xx")]
    public async Task Invoke_WithResponsesOfARule_KeepsOnlyThose(int status, bool later, bool skips, string kept)
    {
        var invoke = Create(
            async context =>
            {
                if (later)
                {
                    await Task.Yield();
                }

                context.Response.StatusCode = status;
            },
            TestShadow.Named("v2") with
            {
                Choice = new ChoiceConfiguration
                {
                    Rules = [new RuleConfiguration { ResponseStatus = new StatusSet(kept.Split(',')) }],
                },
            },
            TestShadow.Named("all")
        );

        await invoke(new FakeServer().Receive(Bytes.Of(5_000)).End().CreateContext());
        await DrainAsync();

        if (skips)
        {
            LedgerAssert.Only(Ledger().Skipped, "response_status", 1);
            Assert.Empty(_senders["v2"].Sent);
        }
        else
        {
            AssertSettled("v2", 1);
        }

        AssertSettled("all", 1);
        Assert.Equal(skips ? 1 : 2, Assert.Single(_protection.Charged).Copies);
    }

    [Theory]
    [InlineData(false, "2xx", true)]
    [InlineData(false, "500", false)]
    [InlineData(true, "2xx", true)]
    [InlineData(true, "5xx", false)]
    public async Task Invoke_OfAnAppThatThrows_CountsAsStatus500(bool later, string kept, bool skips)
    {
        var invoke = Create(
            async _ =>
            {
                if (later)
                {
                    await Task.Yield();
                }

                throw new InvalidOperationException("the app's");
            },
            TestShadow.Named() with
            {
                Choice = new ChoiceConfiguration
                {
                    Rules = [new RuleConfiguration { ResponseStatus = new StatusSet([kept]) }],
                },
            }
        );

        await Assert.ThrowsAsync<InvalidOperationException>(() => invoke(new FakeServer().End().CreateContext()));
        await DrainAsync();

        Assert.Equal(skips ? 1 : 0, Ledger().Skipped.GetValueOrDefault("response_status"));
        Assert.Equal(skips ? 0 : 1, _senders["v2"].Sent.Length);
    }

    [Fact]
    public async Task Invoke_OfABodyThatIsNotWhole_IsNoLossWhereTheResponseLeavesItOut()
    {
        var invoke = Create(
            context =>
            {
                context.Response.StatusCode = 404;
                return Task.CompletedTask;
            },
            TestShadow.Named() with
            {
                Choice = new ChoiceConfiguration
                {
                    Rules = [new RuleConfiguration { ResponseStatus = new StatusSet(["2xx"]) }],
                },
            },
            TestShadow.Named("all")
        );

        await invoke(new FakeServer().Receive(Bytes.Of(10)).CreateContext());
        await DrainAsync();

        LedgerAssert.Only(Ledger().Skipped, "response_status", 1);
        Assert.Empty(Ledger().Dropped);
        LedgerAssert.Only(Ledger("all").Dropped, "body_incomplete", 1);
    }

    [Fact]
    public async Task Invoke_WithPredicatesThatThrow_GoesOnAndIsCountedAndLoggedOnce()
    {
        var before = TestShadow.Named("before") with
        {
            Choice = new ChoiceConfiguration { When = [_ => throw new InvalidOperationException("the app's")] },
        };
        var after = TestShadow.Named("after") with
        {
            Choice = new ChoiceConfiguration { WhenResponse = [_ => throw new InvalidOperationException("the app's")] },
        };
        var calls = 0;
        var invoke = Create(
            _ =>
            {
                calls++;
                return Task.CompletedTask;
            },
            before,
            after
        );

        await invoke(new FakeServer().End().CreateContext());
        await invoke(new FakeServer().End().CreateContext());
        await DrainAsync();

        Assert.Equal(2, calls);
        LedgerAssert.Only(Ledger("before").Skipped, "rule", 2);
        LedgerAssert.Only(Ledger("after").Skipped, "response_status", 2);
        Assert.Equal(2, _faultLog.Of(EventIds.SelectionFailed).Length);
        Assert.Empty(_logger.Lines);
    }

    [Fact]
    public async Task Invoke_WithAPredicateOnTheResponse_SeesItAndKeepsWhatItHoldsFor()
    {
        var invoke = Create(
            context =>
            {
                context.Response.Headers["X-Kind"] = context.Request.Method;
                return Task.CompletedTask;
            },
            TestShadow.Named() with
            {
                Choice = new ChoiceConfiguration
                {
                    WhenResponse = [context => context.Response.Headers["X-Kind"] == "GET", _ => true],
                },
            }
        );

        await invoke(
            new FakeServer { Method = "GET" }
                .End()
                .CreateContext()
        );
        await invoke(
            new FakeServer { Method = "PUT" }
                .End()
                .CreateContext()
        );
        await DrainAsync();

        Assert.Equal("GET", Assert.Single(_senders["v2"].Sent).Method);
        LedgerAssert.Only(Ledger().Skipped, "response_status", 1);
    }

    [Fact]
    public async Task Invoke_OfOneRequestTwice_SendsOneCopy()
    {
        var context = new FakeServer().End().CreateContext();
        var calls = 0;
        RequestDelegate? invoke = null;
        invoke = Create(inner => ++calls == 1 ? invoke!(inner) : Task.CompletedTask, TestShadow.Named());

        await invoke(context);
        await invoke(context);
        await DrainAsync();

        Assert.Equal(3, calls);
        AssertSettled("v2", 1);
        Assert.Equal(1, Ledger().Seen);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Invoke_OfAnAppThatThrows_PassesTheSameExceptionOnAndStillSends(bool later)
    {
        var thrown = new InvalidOperationException("the app's");
        var server = new FakeServer().Receive(Bytes.Of(10)).End();
        var invoke = Create(
            async _ =>
            {
                if (later)
                {
                    await Task.Yield();
                }

                throw thrown;
            },
            TestShadow.Named()
        );
        var context = server.CreateContext();

        var seen = await Record.ExceptionAsync(() => invoke(context));
        await DrainAsync();

        Assert.Same(thrown, seen);
        Assert.Same(server.OwnBody, context.Request.Body);
        AssertSettled("v2", 1);
    }

    [Fact]
    public async Task Invoke_OfAnAppThatThrowsAtOnce_ThrowsTheSameExceptionAtOnceAndStillSends()
    {
        var thrown = new InvalidOperationException("the app's");
        var invoke = Create(_ => throw thrown, TestShadow.Named());

        Exception? seen = null;
        try
        {
            _ = invoke(new FakeServer().End().CreateContext());
        }
        catch (InvalidOperationException exception)
        {
            seen = exception;
        }

        await DrainAsync();

        Assert.Same(thrown, seen);
        AssertSettled("v2", 1);
    }

    [Fact]
    public async Task Invoke_OfAnAppWhoseTaskHasEnded_IsTheAppsOwnTask()
    {
        var ended = Task.WhenAll(Task.FromException(new IOException()), Task.FromException(new IOException()));
        var invoke = Create(_ => ended, TestShadow.Named());

        var task = invoke(new FakeServer().End().CreateContext());
        await DrainAsync();

        Assert.Same(ended, task);
        AssertSettled("v2", 1);
    }

    [Fact]
    public void Invoke_OfARequestThatIsNotChosen_IsTheAppsOwnTask()
    {
        var task = new TaskCompletionSource().Task;
        var context = new FakeServer().CreateContext();
        var body = context.Request.Body;
        var invoke = Create(
            inner =>
            {
                Assert.Same(body, inner.Request.Body);
                return task;
            },
            TestShadow.Named() with
            {
                Percent = 0,
            }
        );

        Assert.Same(task, invoke(context));
        LedgerAssert.Only(Ledger().Skipped, "not_sampled", 1);
    }

    [Theory]
    [InlineData("not sampled")]
    [InlineData("a copy")]
    [InlineData("disabled")]
    [InlineData("seen before")]
    public void Invoke_OfARequestThatIsNotChosen_AllocatesNothing(string why)
    {
        const int requests = 5_000;
        var shadow = TestShadow.Named() with { Percent = why == "not sampled" ? 0 : 100 };
        var configuration = TestShadow.Mirroring(shadow, shadow with { Name = "v3" });
        var invoke = Create(
            _ => Task.CompletedTask,
            why == "disabled" ? configuration with { Enabled = false } : configuration
        );
        var context = new FakeServer { Method = "GET" }.CreateContext();
        context.Request.Headers.Accept = "*/*";
        if (why == "a copy")
        {
            context.Request.Headers["X-Shadow-Request"] = "v2";
        }

        Assert.Equal(0, Allocations.Of(Run));

        void Run()
        {
            for (var i = 0; i < requests; i++)
            {
                // What a server does between two requests of a connection.
                context.Features.Set(why == "seen before" ? MirroredRequestMarker.Instance : null);
                if (!invoke(context).IsCompletedSuccessfully)
                {
                    Assert.Fail("The app's task is complete.");
                }
            }
        }
    }

    [Fact]
    public async Task Invoke_ForShadowsWithDifferentCaps_SendsToThoseThatTakeIt()
    {
        var server = new FakeServer().Receive(Bytes.Of(100)).End();
        var invoke = Create(
            _ => Task.CompletedTask,
            TestShadow.Named("small") with
            {
                MaxBodyBytes = 99,
            },
            TestShadow.Named("large") with
            {
                MaxBodyBytes = 100,
            }
        );

        await invoke(server.CreateContext());
        await DrainAsync();

        LedgerAssert.Only(Ledger("small").Dropped, "body_too_large", 1);
        AssertSettled("large", 1);
    }

    [Fact]
    public async Task Invoke_ForTwoShadows_SendsBothTheSameRequest()
    {
        var server = new FakeServer().Receive(Bytes.Of(100)).End();
        var invoke = Create(_ => Task.CompletedTask, TestShadow.Named("a"), TestShadow.Named("b"));

        await invoke(server.CreateContext());
        await DrainAsync();

        Assert.Same(Assert.Single(_senders["a"].Sent), Assert.Single(_senders["b"].Sent));
        AssertSettled("a", 1);
        AssertSettled("b", 1);
    }

    [Fact]
    public async Task Invoke_OfABodyThatCannotBeCapturedWhole_DropsForEachShadow()
    {
        var server = new FakeServer().Receive(Bytes.Of(100));
        var invoke = Create(_ => Task.CompletedTask, TestShadow.Named("a"), TestShadow.Named("b"));

        await invoke(server.CreateContext());

        foreach (var shadow in (string[])["a", "b"])
        {
            LedgerAssert.Only(Ledger(shadow).Dropped, "body_incomplete", 1);
            Assert.Equal(0, Ledger(shadow).Pending);
        }

        Assert.Equal(0, _memory.BlocksOut);
    }

    [Fact]
    public async Task Invoke_OfACallThatStreams_SkipsItForEachShadowWhenTheAppIsDone()
    {
        var server = new FakeServer { Protocol = "HTTP/2", Headers = { ContentType = "application/grpc" } };
        var invoke = Create(
            async context =>
            {
                var buffer = new byte[100];
                for (var messages = 0; messages < 3; messages++)
                {
                    server.Receive(GrpcBytes.Message(10));
                    await context.Request.Body.ReadExactlyAsync(buffer.AsMemory(0, 15));
                    Assert.Equal(messages == 0 ? 1 : 0, _memory.BlocksOut);
                    Assert.Equal((1, 1), (Ledger("a").Seen, Ledger("a").Pending));
                }
            },
            TestShadow.Named("a"),
            TestShadow.Named("b")
        );

        await invoke(server.CreateContext());

        foreach (var shadow in (string[])["a", "b"])
        {
            var ledger = Ledger(shadow);
            LedgerAssert.Only(ledger.Skipped, "streaming", 1);
            Assert.Empty(ledger.Dropped);
            Assert.Equal((1, 0), (ledger.Seen, ledger.Pending));
            Assert.Empty(_senders[shadow].Sent);
        }
    }

    [Fact]
    public async Task Invoke_OfACallOfOneMessage_SendsIt()
    {
        var server = new FakeServer { Headers = { ContentType = "application/grpc" } }
            .Receive(GrpcBytes.Message(10))
            .End();
        var invoke = Create(context => context.Request.Body.CopyToAsync(Stream.Null), TestShadow.Named());

        await invoke(server.CreateContext());
        await DrainAsync();

        Assert.Single(_senders["v2"].Sent);
        AssertSettled("v2", 1);
    }

    [Fact]
    public async Task Invoke_WhenTheSelectorThrows_StillRunsTheApp()
    {
        _sampler = Substitute.For<ISampler>();
        _sampler.Draw(default).ReturnsForAnyArgs(_ => throw new InvalidOperationException("sampler"));
        var calls = 0;
        var invoke = Create(
            _ =>
            {
                calls++;
                return Task.CompletedTask;
            },
            TestShadow.Named() with
            {
                Percent = 50,
            }
        );

        await invoke(new FakeServer().CreateContext());

        Assert.Equal(1, calls);
        Assert.Equal(0, Ledger().Pending);
        LedgerAssert.Only(Ledger().Skipped, "rule", 1);
        var line = Assert.Single(_faultLog.Lines);
        Assert.Equal((LogLevel.Error, EventIds.SelectionFailed), (line.Level, line.EventId));
    }

    [Fact]
    public async Task Invoke_OfAContextThatThrows_StillRunsTheApp()
    {
        var context = Substitute.For<HttpContext>();
        context.Features.Returns(_ => throw new ObjectDisposedException("features"));
        var calls = 0;
        var invoke = Create(
            _ =>
            {
                calls++;
                return Task.CompletedTask;
            },
            TestShadow.Named()
        );

        await invoke(context);

        Assert.Equal(1, calls);
        LedgerAssert.Only(Ledger().Skipped, "rule", 1);
        Assert.Single(_faultLog.Of(EventIds.SelectionFailed));
    }

    [Fact]
    public async Task Invoke_WhenTheCaptureThrows_StillRunsTheAppAndCountsTheLoss()
    {
        var server = new FakeServer { Headers = Substitute.For<IHeaderDictionary>() };
        server
            .Headers.WhenForAnyArgs(headers => headers.CopyTo(default!, default))
            .Throw(new InvalidOperationException("headers"));
        var calls = 0;
        var invoke = Create(
            _ =>
            {
                calls++;
                return Task.CompletedTask;
            },
            TestShadow.Named("a"),
            TestShadow.Named("b")
        );
        var context = server.CreateContext();

        await invoke(context);

        Assert.Equal(1, calls);
        Assert.Same(server.OwnBody, context.Request.Body);
        LedgerAssert.Only(Ledger("a").Dropped, "body_incomplete", 1);
        LedgerAssert.Only(Ledger("b").Dropped, "body_incomplete", 1);
        Assert.Equal(0, Ledger("a").Pending);
        Assert.Single(_logger.Of(EventIds.MirroringFaulted));
    }

    [Fact]
    public async Task Invoke_OfAShadowRemovedWhileTheAppRuns_DropsAsWithdrawn()
    {
        ConfigurationMonitor? monitor = null;
        var invoke = Create(
            _ =>
            {
                monitor!.Replace(TestShadow.Mirroring(TestShadow.Named("v3")));
                return Task.CompletedTask;
            },
            out monitor,
            TestShadow.Mirroring(TestShadow.Named("v2"))
        );

        await invoke(new FakeServer().Receive(Bytes.Of(10)).End().CreateContext());

        LedgerAssert.Only(Ledger("v2").Dropped, "withdrawn", 1);
        Assert.Equal(0, Ledger("v2").Pending);
        Assert.Equal(0, _memory.BlocksOut);
    }

    [Fact]
    public async Task Invoke_OfManyAtOnce_LeavesNothingOpen()
    {
        var invoke = Create(
            async context =>
            {
                await Task.Yield();
                if (context.Request.Headers.ContainsKey("X-Read"))
                {
                    await context.Request.Body.CopyToAsync(Stream.Null);
                }
            },
            TestShadow.Named("a") with
            {
                Percent = 50,
            },
            TestShadow.Named("b") with
            {
                QueueCapacity = 20,
                MaxConcurrency = 2,
            }
        );
        _senders["a"].LetAll();
        _senders["b"].LetAll();

        await Soon.Ends(
            Task.WhenAll(
                Enumerable
                    .Range(0, 500)
                    .Select(i =>
                    {
                        var server = new FakeServer().Receive(Bytes.Of(i * 10));
                        if (i % 5 > 0)
                        {
                            server.End();
                        }

                        if (i % 2 == 0 && i % 5 > 0)
                        {
                            server.Headers["X-Read"] = "yes";
                        }

                        return Task.Run(() => invoke(server.CreateContext()), TestContext.Current.CancellationToken);
                    })
            )
        );
        await DrainAsync();

        foreach (var shadow in (string[])["a", "b"])
        {
            var ledger = Ledger(shadow);
            Assert.Equal(500, ledger.Seen);
            Assert.Equal(0, ledger.Pending + ledger.InFlight);
        }

        Assert.Equal(0, _memory.BlocksOut);
        Assert.Equal(0, _pool.Budget.Used);
    }

    private RequestDelegate Create(RequestDelegate app, params ShadowConfiguration[] shadows) =>
        Create(app, TestShadow.Mirroring(shadows));

    private RequestDelegate Create(RequestDelegate app, MirroringConfiguration configuration) =>
        Create(app, out _, configuration);

    private RequestDelegate Create(
        RequestDelegate app,
        out ConfigurationMonitor monitor,
        MirroringConfiguration configuration
    )
    {
        var factory = Substitute.For<IShadowSenderFactory>();
        factory
            .Create(default!, default!)
            .ReturnsForAnyArgs(call =>
                _senders[call.Arg<ShadowConfiguration>().Name] = new GatedSender(call.Arg<ShadowAccount>())
            );
        monitor = new ConfigurationMonitor(configuration);
        var logger = NullLogger<ShadowDirectory>.Instance;
        _directory = new ShadowDirectory(
            monitor,
            _ledger,
            factory,
            _pool.Budget,
            new DispatchPause(),
            TestWorkers.Shared,
            logger,
            _time
        );
        _disposables.AddRange([_directory, monitor]);
        return new TrafficMirroringMiddleware(
            app,
            _directory,
            new MirrorSelector(_sampler, _protection, _faults, TimeProvider.System),
            new CopyHandOver(new ResponseSelector(_faults), _protection, _logger),
            _pool,
            TestRescue.Create()
        ).Invoke;
    }

    private async Task DrainAsync()
    {
        foreach (var sender in _senders.Values)
        {
            sender.LetAll();
        }

        await Soon.Ends(_directory!.DrainAsync(TestContext.Current.CancellationToken));
    }

    private ShadowLedger Ledger(string shadow = "v2") => LedgerAssert.Balanced(_ledger.GetSnapshot().Shadows[shadow]);

    private void AssertSettled(string shadow, long completed)
    {
        var ledger = Ledger(shadow);
        LedgerAssert.Only(ledger.Completed, "2xx", completed);
        Assert.Equal(0, ledger.Pending + ledger.InFlight);
        Assert.Equal(0, _memory.BlocksOut);
        Assert.Equal(0, _pool.Budget.Used);
    }
}
