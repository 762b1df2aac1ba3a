using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using ShadowMiddleware.Background;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Connecting;
using ShadowMiddleware.Diagnostics;
using ShadowMiddleware.Sending;
using ShadowMiddleware.Tests.Common;
using ShadowMiddleware.Tests.Diagnostics;

namespace ShadowMiddleware.Tests.Sending;

[Collection(Tracing.Name)]
public sealed class ShadowSenderTests : IDisposable
{
    private static readonly ShadowConfiguration Shadow = TestShadow.Named() with
    {
        CircuitBreaker = new BreakerConfiguration(0.5, 2, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5)),
    };

    private readonly TestTimeProvider _time = new();
    private readonly ShadowAccount _account = TestAccount.Accepted();
    private readonly List<IDisposable> _disposables = [];

    public void Dispose() => _disposables.ForEach(disposable => disposable.Dispose());

    [Theory]
    [InlineData(200, "2xx")]
    [InlineData(302, "3xx")]
    [InlineData(404, "4xx")]
    [InlineData(503, "5xx")]
    public async Task SendAsync_OfACopyThatIsAnswered_Completes(int status, string expected)
    {
        using var handler = new StubHandler((HttpStatusCode)status);

        await SendAsync(Create(handler));

        AssertCompleted(expected);
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task SendAsync_WhileItRuns_IsInFlight()
    {
        var called = new TaskCompletionSource();
        using var source = new CancellationTokenSource();
        using var handler = StubHandler.Hanging(called);

        var sending = SendAsync(Create(handler), stopping: source.Token);
        await Soon.Ends(called.Task);

        var ledger = LedgerAssert.Balanced(_account.Counters.Read());
        Assert.Equal((0, 1, 1), (ledger.Pending, ledger.Mirrored, ledger.InFlight));
        await source.CancelAsync();
        await Soon.Ends(sending);
    }

    [Fact]
    public async Task SendAsync_ToAShadowThatIsAway_Fails()
    {
        using var handler = StubHandler.Throwing(new HttpRequestException(HttpRequestError.ConnectionError, "refused"));

        await SendAsync(Create(handler));

        AssertFailed("connect");
    }

    [Theory]
    [InlineData("1.1", true, "other")]
    [InlineData("2.0", false, "other")]
    [InlineData("2.0", true, "protocol")]
    public async Task SendAsync_ThatFailsWithoutAReason_IsAHandshakeOnlyWhereHttp2IsAMust(
        string version,
        bool exact,
        string expected
    )
    {
        using var handler = StubHandler.Throwing(new HttpRequestException("no reason"));
        var shadow = Shadow with
        {
            HttpVersion = Version.Parse(version),
            HttpVersionPolicy = exact ? HttpVersionPolicy.RequestVersionExact : HttpVersionPolicy.RequestVersionOrLower,
        };

        await SendAsync(Create(handler), shadow: shadow);

        AssertFailed(expected);
    }

    [Fact]
    public async Task SendAsync_WhosePipelineFailsBeforeTheSend_DropsTheCopy()
    {
        // More than a timer can hold. The configuration does not let it through.
        using var handler = new StubHandler();
        var sender = Create(handler);
        sender.Update(Shadow with { Timeout = TimeSpan.FromDays(60) });

        await SendAsync(sender);

        AssertDropped("transform_failed");
        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task SendAsync_OfABodyWhoseEditsTheBudgetHasNoRoomFor_IsDroppedForTheBudget()
    {
        using var handler = new StubHandler();
        using var memory = new CountingMemoryPool();
        using var pool = new BlockPool(new ByteBudget(20_000), memory);
        var options = new ShadowOptions();
        options.RedactJson.Add("/*");
        var request = TestRequest.Post(
            pool,
            Encoding.ASCII.GetBytes($"[{string.Concat(Enumerable.Repeat("1,", 8_000))}1]")
        );

        await Create(handler)
            .SendAsync(
                request,
                Shadow with
                {
                    Shaping = ShapingCompiler.Compile(options),
                },
                "X-Shadow-Request",
                CancellationToken.None
            );
        request.Release();

        AssertDropped("budget");
        Assert.Empty(handler.Requests);
        Assert.Equal(0, pool.Budget.Used);
    }

    [Fact]
    public async Task SendAsync_OfALargeBodyThatIsRedacted_LetsOtherCopiesHaveTheirTurnInBetween()
    {
        using var workers = new BackgroundWorkers(
            NullLogger<BackgroundWorkers>.Instance,
            TimeProvider.System,
            count: 1
        );
        using var memory = new CountingMemoryPool();
        using var pool = new BlockPool(new ByteBudget(20_000_000), memory);
        using var handler = new StubHandler();
        var options = new ShadowOptions();
        options.RedactJson.Add("/x");
        var request = TestRequest.Post(
            pool,
            Encoding.ASCII.GetBytes($"[{string.Concat(Enumerable.Repeat("1,", 2_000_000))}1]")
        );
        var sender = Create(handler, workers);
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sentBefore = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);

        workers.Queue(() =>
        {
            _ = SendAsync(sender, request, shadow: Shadow with { Shaping = ShapingCompiler.Compile(options) })
                .ContinueWith(_ => sent.SetResult(), TaskScheduler.Default);
            workers.Queue(() => sentBefore.SetResult(handler.Requests.Length));
        });

        Assert.Equal(0, await Soon.Ends(sentBefore.Task));
        await Soon.Ends(sent.Task);
        Assert.Single(handler.Requests);
        request.Release();
    }

    [Theory]
    [InlineData(true, "timeout")]
    [InlineData(false, "other")]
    public async Task SendAsync_JustAfterASilentConnectionWasClosed_HasTimedOutOnlyIfThatMayBeWhy(
        bool isOfConnection,
        string reason
    )
    {
        var connector = TestConnector.Create(_time);
        connector.Allowances.For(new Uri(Shadow.Address)).CloseSilent();
        using var handler = StubHandler.Throwing(
            isOfConnection
                ? new HttpRequestException("gone", new IOException("gone", new ObjectDisposedException("a socket")))
                : new InvalidOperationException("a handler of the app's")
        );

        await SendAsync(Create(handler, connector: connector));

        AssertFailed(reason);
    }

    [Fact]
    public async Task SendAsync_WithAHandlerThatThrows_Fails()
    {
        using var handler = StubHandler.Throwing(new InvalidOperationException("a handler of the app's"));

        await SendAsync(Create(handler));

        AssertFailed("other");
    }

    [Fact]
    public async Task SendAsync_WithAHandlerThatCancelsByItself_Fails()
    {
        using var handler = StubHandler.Throwing(new OperationCanceledException("a handler of the app's"));

        await SendAsync(Create(handler));

        AssertFailed("other");
    }

    [Fact]
    public async Task SendAsync_ToAShadowThatHangs_TimesOut()
    {
        using var handler = StubHandler.Hanging();
        var sending = SendAsync(Create(handler));
        Assert.False(sending.IsCompleted);

        _time.Advance(Shadow.Timeout);
        await Soon.Ends(sending);

        AssertFailed("timeout");
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    public async Task SendAsync_ToAShadowThatHangsInItsBody_TimesOut()
    {
        using var body = new HangingStream();
        using var handler = new StubHandler(
            (_, _) => Task.FromResult(new HttpResponseMessage { Content = new StreamContent(body) })
        );
        var sending = SendAsync(Create(handler));
        await Soon.Ends(body.Read);

        _time.Advance(Shadow.Timeout);
        await Soon.Ends(sending);

        AssertFailed("timeout");
    }

    [Theory]
    [InlineData("application/grpc", 0, "timeout")]
    [InlineData("application/grpc", 4, "timeout")]
    [InlineData("application/grpc", 14, "timeout")]
    [InlineData("application/grpc", 15, "2xx")]
    [InlineData("application/grpc+proto", 15, "2xx")]
    [InlineData("application/grpc", 30, "2xx")]
    [InlineData("application/grpc-web", 30, "timeout")]
    [InlineData("application/json", 30, "timeout")]
    public async Task SendAsync_ToAShadowThatStreamsItsResponses_IsCompleteWhenItsTimeIsOver(
        string contentType,
        int bytes,
        string expected
    )
    {
        using var body = new HangingStream([.. GrpcBytes.Message(10), .. GrpcBytes.Message(10)], bytes);
        using var handler = new StubHandler((_, _) => Task.FromResult(Response(body, contentType)));
        var sending = SendAsync(Create(handler), GrpcCall());
        await Soon.Ends(body.Read);

        _time.Advance(Shadow.Timeout);
        await Soon.Ends(sending);

        if (expected == "timeout")
        {
            AssertFailed(expected);
        }
        else
        {
            AssertCompleted(expected);
        }
    }

    [Fact]
    public async Task SendAsync_OfStreamsThatLast_NeverOpensTheBreaker()
    {
        const int sends = 10;
        HangingStream? body = null;
        using var handler = new StubHandler(
            (_, _) =>
            {
                body = new HangingStream(GrpcBytes.Message(10), 15);
                return Task.FromResult(Response(body, "application/grpc"));
            }
        );
        var sender = Create(handler);
        for (var i = 1; i < sends; i++)
        {
            _account.Accept();
        }

        for (var i = 0; i < sends; i++)
        {
            var sending = SendAsync(sender, GrpcCall());
            await Soon.Ends(body!.Read);
            Assert.Equal(1, _account.Counters.Read().InFlight);
            _time.Advance(Shadow.Timeout);
            await Soon.Ends(sending);
        }

        LedgerAssert.Only(LedgerAssert.Settled(_account).Completed, "2xx", sends);
    }

    [Fact]
    public async Task SendAsync_OfAStreamThatLastsWhenTheHostStops_Fails()
    {
        using var source = new CancellationTokenSource();
        using var body = new HangingStream(GrpcBytes.Message(10), 15);
        using var handler = new StubHandler((_, _) => Task.FromResult(Response(body, "application/grpc")));
        var sending = SendAsync(Create(handler), stopping: source.Token);
        await Soon.Ends(body.Read);

        await source.CancelAsync();
        await Soon.Ends(sending);

        AssertFailed("shutdown");
    }

    [Fact]
    public async Task SendAsync_WhenTheHostStops_Fails()
    {
        using var source = new CancellationTokenSource();
        using var handler = StubHandler.Hanging();
        var sending = SendAsync(Create(handler), stopping: source.Token);

        await source.CancelAsync();
        await Soon.Ends(sending);

        AssertFailed("shutdown");
    }

    [Theory]
    [InlineData(false, "timeout")]
    [InlineData(true, "shutdown")]
    public async Task SendAsync_WithAHandlerThatIgnoresItsToken_IsCountedWhenItsTimeIsOver(bool stops, string expected)
    {
        using var source = new CancellationTokenSource();
        var never = new TaskCompletionSource<HttpResponseMessage>();
        using var handler = new StubHandler((_, _) => never.Task);
        var sending = SendAsync(Create(handler), stopping: source.Token);
        Assert.False(sending.IsCompleted);

        await EndAsync(stops ? source : null);
        await Soon.Ends(sending);

        AssertFailed(expected);
        Assert.Equal(0, _time.ActiveTimers);

        never.SetResult(new HttpResponseMessage());
        AssertFailed(expected);
    }

    [Fact]
    public async Task SendAsync_WithAHandlerThatFailsAfterItsTime_LeavesNoExceptionUnobserved()
    {
        var late = $"late {Random.Shared.NextInt64()}";
        var unobserved = 0;
        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            await SendAndFailLateAsync(late);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        Assert.Equal(0, Volatile.Read(ref unobserved));
        AssertFailed("timeout");

        void Note(object? sender, UnobservedTaskExceptionEventArgs arguments)
        {
            if (arguments.Exception.InnerExceptions.Any(exception => exception.Message == late))
            {
                Interlocked.Increment(ref unobserved);
            }
        }
    }

    [Fact]
    public async Task SendAsync_WithAHandlerThatStillWritesAfterItsTime_KeepsTheBodyUntilItHasEnded()
    {
        using var memory = new CountingMemoryPool();
        using var pool = new BlockPool(new ByteBudget(1_000_000), memory);
        var request = TestRequest.Post(pool, Bytes.Of(5_000));
        using var stuck = new StuckStream { IgnoresCancellation = true };
        using var handler = new StubHandler(
            async (message, _) =>
            {
                await message.Content!.CopyToAsync(stuck, CancellationToken.None);
                return new HttpResponseMessage();
            }
        );
        var sending = SendAsync(Create(handler), request);
        await Soon.Ends(stuck.Writing);

        _time.Advance(Shadow.Timeout);
        await Soon.Ends(sending);
        request.Release();

        AssertFailed("timeout");
        Assert.Equal(2, memory.BlocksOut);
        stuck.Continue();
        await Soon.Holds(() => memory.BlocksOut == 0, "the writing ended and gave the body back");
    }

    [Fact]
    public async Task SendAsync_WithAHandlerThatReadsTheBodyAfterItsTime_GivesItNone()
    {
        using var memory = new CountingMemoryPool();
        using var pool = new BlockPool(new ByteBudget(1_000_000), memory);
        var request = TestRequest.Post(pool, Bytes.Of(5_000));
        var late = new TaskCompletionSource();
        var reading = new TaskCompletionSource<Task<byte[]>>();
        using var handler = new StubHandler(
            async (message, _) =>
            {
                await late.Task;
                var read = message.Content!.ReadAsByteArrayAsync(CancellationToken.None);
                reading.SetResult(read);
                await read;
                return new HttpResponseMessage();
            }
        );
        var sending = SendAsync(Create(handler), request);

        _time.Advance(Shadow.Timeout);
        await Soon.Ends(sending);
        request.Release();
        Assert.Equal(0, memory.BlocksOut);
        late.SetResult();

        var exception = await Assert.ThrowsAsync<HttpRequestException>(async () =>
            await Soon.Ends(await Soon.Ends(reading.Task))
        );
        Assert.IsType<ObjectDisposedException>(exception.InnerException);
        AssertFailed("timeout");
    }

    [Fact]
    public async Task SendAsync_WhenTheHostHasStopped_DropsBeforeTheSend()
    {
        using var handler = new StubHandler();

        await SendAsync(Create(handler), stopping: new CancellationToken(canceled: true));

        AssertDropped("shutdown");
        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task SendAsync_OfACopyThatCannotBeMade_DropsIt()
    {
        using var handler = new StubHandler();

        await SendAsync(Create(handler), TestRequest.Create("get", "/", []));

        AssertDropped("transform_failed");
        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task SendAsync_WithAnOpenBreaker_DropsBeforeTheSend()
    {
        using var handler = StubHandler.Throwing(new HttpRequestException(HttpRequestError.ConnectionError, "refused"));
        var sender = Create(handler);
        _account.Accept();
        _account.Accept();

        await SendAsync(sender);
        await SendAsync(sender);
        await SendAsync(sender);

        var ledger = LedgerAssert.Settled(_account);
        LedgerAssert.Only(ledger.Failed, "connect", 2);
        LedgerAssert.Only(ledger.Dropped, "breaker_open", 1);
        Assert.Equal(2, ledger.Mirrored);
        Assert.Equal(2, handler.Requests.Length);
    }

    [Fact]
    public async Task SendAsync_OfStatuses_NeverOpensTheBreaker()
    {
        using var handler = new StubHandler(HttpStatusCode.ServiceUnavailable);
        var sender = Create(handler);
        for (var i = 0; i < 20; i++)
        {
            await SendAsync(sender);
            _account.Accept();
        }

        LedgerAssert.Only(_account.Counters.Read().Completed, "5xx", 20);
    }

    [Fact]
    public async Task SendAsync_OfABody_LetsItGoAfterwards()
    {
        using var memory = new CountingMemoryPool();
        using var pool = new BlockPool(new ByteBudget(1_000_000), memory);
        var request = TestRequest.Post(pool, Bytes.Of(5_000));
        byte[]? received = null;
        using var handler = new StubHandler(
            async (message, cancellationToken) =>
            {
                received = await message.Content!.ReadAsByteArrayAsync(cancellationToken);
                return new HttpResponseMessage();
            }
        );

        await SendAsync(Create(handler), request);
        request.Release();

        Assert.Equal(Bytes.Of(5_000), received);
        Assert.Equal(0, memory.BlocksOut);
        AssertCompleted("2xx");
    }

    [Fact]
    public async Task SendAsync_WithAHandlerThatReplacesTheContent_StillEndsItsWriting()
    {
        using var memory = new CountingMemoryPool();
        using var pool = new BlockPool(new ByteBudget(1_000_000), memory);
        var request = TestRequest.Post(pool, Bytes.Of(5_000));
        using var stuck = new StuckStream();
        var writing = Task.CompletedTask;
        using var handler = new StubHandler(
            (message, _) =>
            {
                writing = message.Content!.CopyToAsync(stuck, CancellationToken.None);
                message.Content = new ByteArrayContent([1]);
                return Task.FromResult(new HttpResponseMessage());
            }
        );

        await SendAsync(Create(handler), request);
        request.Release();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon.Ends(writing));
        Assert.Equal(0, memory.BlocksOut);
        AssertCompleted("2xx");
    }

    [Fact]
    public async Task SendAsync_WithAStreamThatThrowsWhenItsWritingEnds_StillCounts()
    {
        using var memory = new CountingMemoryPool();
        using var pool = new BlockPool(new ByteBudget(1_000_000), memory);
        var request = TestRequest.Post(pool, Bytes.Of(5_000));
        using var stuck = new StuckStream { OnCancelled = () => throw new InvalidOperationException("a stream") };
        var writing = Task.CompletedTask;
        using var handler = new StubHandler(
            (message, _) =>
            {
                writing = message.Content!.CopyToAsync(stuck, CancellationToken.None);
                return Task.FromResult(new HttpResponseMessage());
            }
        );

        var exception = await Record.ExceptionAsync(() => SendAsync(Create(handler), request));
        request.Release();

        Assert.Null(exception);
        AssertCompleted("2xx");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon.Ends(writing));
        Assert.Equal(0, memory.BlocksOut);
    }

    [Fact]
    public async Task SendAsync_WithAnObserverOfActivitiesThatThrows_DropsTheCopy()
    {
        using var listener = Tracing.Listen();
        using var handler = new StubHandler();
        using var outer = new Activity("outer").Start();
        Activity.CurrentChanged += Throw;

        Exception? exception;
        try
        {
            exception = await Record.ExceptionAsync(() => SendAsync(Create(handler)));
        }
        finally
        {
            Activity.CurrentChanged -= Throw;
        }

        Assert.Null(exception);
        AssertDropped("transform_failed");

        static void Throw(object? sender, ActivityChangedEventArgs change)
        {
            // Only for this test's own change: others may run beside it.
            if (change.Previous?.OperationName == "outer")
            {
                throw new InvalidOperationException("an observer of the app's");
            }
        }
    }

    [Fact]
    public async Task SendAsync_AtOnceByMany_CountsEachOnce()
    {
        var calls = 0;
        using var handler = new StubHandler(
            async (_, _) =>
            {
                await Task.Yield();
                return (Interlocked.Increment(ref calls) % 3) switch
                {
                    0 => throw new HttpRequestException(HttpRequestError.InvalidResponse, "nonsense"),
                    1 => new HttpResponseMessage(HttpStatusCode.NotFound),
                    _ => new HttpResponseMessage(HttpStatusCode.OK),
                };
            }
        );
        var sender = Create(handler);
        for (var i = 1; i < 300; i++)
        {
            _account.Accept();
        }

        await Soon.Ends(Task.WhenAll(Enumerable.Range(0, 300).Select(_ => SendAsync(sender))));

        var ledger = LedgerAssert.Settled(_account);
        Assert.Equal(300, ledger.Mirrored);
        LedgerAssert.Only(ledger.Failed, "protocol", 100);
        Assert.Equal([("2xx", 100L), ("4xx", 100L)], ledger.Completed.Select(pair => (pair.Key, pair.Value)).Order());
    }

    [Fact]
    public async Task Update_OfTheTimeout_AppliesToTheNextSend()
    {
        using var handler = StubHandler.Hanging();
        var sender = Create(handler);

        sender.Update(Shadow with { Timeout = TimeSpan.FromMilliseconds(50) });
        var sending = SendAsync(sender);
        _time.Advance(TimeSpan.FromMilliseconds(50));
        await Soon.Ends(sending);

        AssertFailed("timeout");
    }

    [Fact]
    public async Task SendAsync_WithoutAListener_SendsNoTrace()
    {
        using var handler = new StubHandler();

        await SendAsync(
            Create(handler),
            TestRequest.Get("/", ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
        );

        MessageAssert.HasNot(Assert.Single(handler.Requests), "traceparent");
    }

    [Fact]
    public async Task SendAsync_WithAListener_SendsItsOwnTraceAndNotesTheStatus()
    {
        var stopped = new List<Activity>();
        using var listener = Tracing.Listen(stopped: stopped.Add);
        using var handler = new StubHandler(HttpStatusCode.NotFound);

        await SendAsync(Create(handler));

        var activity = Assert.Single(stopped);
        MessageAssert.Has(Assert.Single(handler.Requests), "traceparent", activity.Id!);
        Assert.Equal(404, activity.GetTagItem("http.response.status_code"));
    }

    [Theory]
    [InlineData(true, "connect")]
    [InlineData(false, "shutdown")]
    public async Task SendAsync_WithAListener_NotesWhyThereWasNoAnswer(bool admitted, string reason)
    {
        var stopped = new List<Activity>();
        using var listener = Tracing.Listen(stopped: stopped.Add);
        using var handler = StubHandler.Throwing(new HttpRequestException(HttpRequestError.ConnectionError, "refused"));

        await SendAsync(Create(handler), stopping: new CancellationToken(canceled: !admitted));

        Assert.Equal(reason, Assert.Single(stopped).GetTagItem("error.type"));
    }

    [Fact]
    public async Task SendAsync_WithAListener_NotesThatTheBreakerWasOpen()
    {
        using var handler = StubHandler.Throwing(new HttpRequestException(HttpRequestError.ConnectionError, "refused"));
        var sender = Create(handler);
        _account.Accept();
        _account.Accept();
        await SendAsync(sender);
        await SendAsync(sender);
        var stopped = new List<Activity>();
        using var listener = Tracing.Listen(stopped: stopped.Add);

        await SendAsync(sender);

        Assert.Equal("breaker_open", Assert.Single(stopped).GetTagItem("error.type"));
    }

    [Theory]
    [InlineData("started")]
    [InlineData("stopped")]
    public async Task SendAsync_WithAListenerThatThrows_StillSendsAndCounts(string when)
    {
        using var listener = Tracing.Listen(
            started: _ => Throw(when == "started"),
            stopped: _ => Throw(when == "stopped")
        );
        using var handler = new StubHandler();

        var exception = await Record.ExceptionAsync(() => SendAsync(Create(handler)));

        Assert.Null(exception);
        AssertCompleted("2xx");
    }

    [Fact]
    public async Task Factory_MakesASenderOnTheShadowsClient()
    {
        using var handler = new StubHandler();
        var clients = new NamedClients(handler);
        var names = new ShadowClientNames();
        names.Configure("v2");
        var factory = new ShadowSenderFactory(
            clients,
            clients,
            names,
            new TraceFields(),
            new RequestTransforms([]),
            TestWorkers.Shared,
            TestConnector.Create(_time),
            NullLogger<ShadowPipeline>.Instance,
            _time
        );

        await SendAsync((ShadowSender)factory.Create(Shadow, _account));
        factory.Prepare(TestShadow.Named("v3"));
        factory.Prepare(TestShadow.Named("v3"));

        Assert.Equal([ShadowClientNames.Own("v2"), ShadowClientNames.Default], clients.Names);
        AssertCompleted("2xx");
    }

    [Fact]
    public async Task Factory_WhoseClientCannotBeMade_ThrowsOnlyWhenPreparing()
    {
        using var handler = new StubHandler();
        var clients = new NamedClients(handler) { Fault = new InvalidOperationException("no certificate") };
        var factory = new ShadowSenderFactory(
            clients,
            clients,
            new ShadowClientNames(),
            new TraceFields(),
            new RequestTransforms([]),
            TestWorkers.Shared,
            TestConnector.Create(_time),
            NullLogger<ShadowPipeline>.Instance,
            _time
        );
        Assert.Same(clients.Fault, Assert.Throws<InvalidOperationException>(() => factory.Prepare(Shadow)));
        var sender = (ShadowSender)factory.Create(Shadow, _account);

        await SendAsync(sender);
        AssertFailed("other");

        clients.Fault = null;
        _account.Accept();
        await SendAsync(sender);
        LedgerAssert.Only(LedgerAssert.Settled(_account).Completed, "2xx", 1);
    }

    private static void Throw(bool condition)
    {
        if (condition)
        {
            throw new InvalidOperationException("a listener of the app's");
        }
    }

    private static Task SendAsync(
        ShadowSender sender,
        CapturedRequest? request = null,
        CancellationToken? stopping = null,
        ShadowConfiguration? shadow = null
    ) =>
        sender
            .SendAsync(
                request ?? TestRequest.Get(),
                shadow ?? Shadow,
                "X-Shadow-Request",
                stopping ?? CancellationToken.None
            )
            .AsTask();

    private static CapturedRequest GrpcCall() => TestRequest.Create("POST", "/", [], isGrpc: true);

    private ShadowSender Create(
        HttpMessageHandler handler,
        BackgroundWorkers? workers = null,
        ShadowConnector? connector = null
    )
    {
        workers ??= TestWorkers.Shared;
        var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _disposables.Add(http);
        return new ShadowSender(
            new Lazy<ShadowClient>(new ShadowClient(http, workers)),
            new ShadowPipeline(Shadow, NullLogger.Instance, _time),
            new TraceFields(),
            _account,
            workers,
            connector: connector
        );
    }

    private async Task EndAsync(CancellationTokenSource? stopping)
    {
        if (stopping is null)
        {
            _time.Advance(Shadow.Timeout);
        }
        else
        {
            await stopping.CancelAsync();
        }
    }

    // In a method of its own, so that nothing holds the handler's task when the caller collects garbage.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task SendAndFailLateAsync(string message)
    {
        var never = new TaskCompletionSource<HttpResponseMessage>();
        using var handler = new StubHandler((_, _) => never.Task);
        var sending = SendAsync(Create(handler));
        _time.Advance(Shadow.Timeout);
        await Soon.Ends(sending);
        never.SetException(new InvalidOperationException(message));
    }

    private void AssertCompleted(string statusClass)
    {
        var ledger = LedgerAssert.Settled(_account);
        Assert.Equal(1, ledger.Mirrored);
        LedgerAssert.Only(ledger.Completed, statusClass, 1);
    }

    private void AssertFailed(string reason)
    {
        var ledger = LedgerAssert.Settled(_account);
        Assert.Equal(1, ledger.Mirrored);
        LedgerAssert.Only(ledger.Failed, reason, 1);
    }

    private void AssertDropped(string reason)
    {
        var ledger = LedgerAssert.Settled(_account);
        Assert.Equal(0, ledger.Mirrored);
        LedgerAssert.Only(ledger.Dropped, reason, 1);
    }

    private sealed class NamedClients(HttpMessageHandler handler) : IHttpClientFactory, IHttpMessageHandlerFactory
    {
        public HttpMessageHandler CreateHandler(string name) => handler;

        public List<string> Names { get; } = [];

        public Exception? Fault { get; set; }

        public HttpClient CreateClient(string name)
        {
            Names.Add(name);
            return Fault is not null ? throw Fault : new HttpClient(handler, disposeHandler: false);
        }
    }

    /// <summary>A connection that takes nothing, until it is told to or its write is cancelled.</summary>
    private sealed class StuckStream : MemoryStream
    {
        private readonly TaskCompletionSource _writing = new();
        private readonly TaskCompletionSource _room = new();

        public bool IgnoresCancellation { get; init; }

        public Action? OnCancelled { get; init; }

        public Task Writing => _writing.Task;

        public void Continue() => _room.SetResult();

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            var room = _room.Task.WaitAsync(IgnoresCancellation ? CancellationToken.None : cancellationToken);
            await using var callback = cancellationToken.Register(() => OnCancelled?.Invoke());
            _writing.TrySetResult();
            await room;
        }
    }

    private static HttpResponseMessage Response(Stream body, string contentType)
    {
        var content = new StreamContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return new HttpResponseMessage { Content = content };
    }

    /// <summary>A response that begins, gives so many bytes one by one, and never goes on.</summary>
    private sealed class HangingStream(byte[]? bytes = null, int count = 0) : MemoryStream
    {
        private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _given;

        /// <summary>Ends when somebody waits for more than there is.</summary>
        public new Task Read => _read.Task;

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            if (_given < count)
            {
                buffer.Span[0] = bytes![_given++];
                return 1;
            }

            var never = new TaskCompletionSource<int>().Task.WaitAsync(cancellationToken);
            _read.TrySetResult();
            return await never;
        }
    }
}
