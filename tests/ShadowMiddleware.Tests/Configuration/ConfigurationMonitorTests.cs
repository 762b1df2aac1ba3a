using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using NSubstitute;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Tests.Configuration;

public sealed class ConfigurationMonitorTests : IDisposable
{
    private static readonly string _good = Sources.WithShadow("\"Percent\": 5");
    private static readonly string _better = Sources.WithShadow("\"Percent\": 50");
    private static readonly string _bad = Sources.WithShadow(
        "\"Percent\": 101, \"SetHeaders\": { \"Host\": \"hush-hush\" }"
    );
    private static readonly string _worse = Sources.WithShadow("\"Percent\": 102");

    private readonly ReloadableConfiguration _configuration = new(_good);
    private readonly RecordingLogger<ConfigurationMonitor> _logger = new();
    private readonly List<MirroringConfiguration> _changes = [];
    private ConfigurationMonitor? _monitor;

    public void Dispose() => _monitor?.Dispose();

    [Fact]
    public void Start_Good_IsInForceWithoutAWord()
    {
        var monitor = Start();

        Assert.Equal(5, monitor.Current.Shadows[0].Percent);
        Assert.Empty(_logger.Entries);
        Assert.Empty(_changes);
    }

    [Fact]
    public void Start_Bad_ThrowsAndStopsWatching()
    {
        _configuration.Change(_bad);
        var reads = 0;

        var exception = Assert.Throws<TrafficMirroringConfigurationException>(() =>
            Start(new CodeSource(_ => reads++))
        );
        _configuration.Change(_good);

        Assert.Equal(2, exception.Failures.Count());
        Assert.Equal(1, reads);
        Assert.Empty(_logger.Entries);
    }

    [Fact]
    public void Start_ExceptionOfCode_PassesThrough() =>
        Assert.Throws<NotSupportedException>(() => Start(new CodeSource(_ => throw new NotSupportedException())));

    [Fact]
    public void Reload_Good_ReplacesRaisesAndLogsOnce()
    {
        var monitor = Start();

        _configuration.Change(_better);

        Assert.Equal(50, monitor.Current.Shadows[0].Percent);
        Assert.Same(monitor.Current, Assert.Single(_changes));
        var entry = Assert.Single(_logger.Entries);
        Assert.Equal(LogLevel.Information, entry.Level);
        Assert.Equal(new EventId(100, "ConfigurationReloaded"), entry.Id);
        Assert.Equal("ConfigurationReloaded", entry.Id.Name);
    }

    [Fact]
    public void Reload_OfWhatIsReadAtTheStartOnly_SaysThatItNeedsARestart()
    {
        Start();

        _configuration.Change(Sources.WithTopLevel("\"IncludeInHttpClientMetrics\": true"));

        Assert.Equal([100, 104], _logger.Entries.Select(entry => entry.Id.Id));
        Assert.Contains("IncludeInHttpClientMetrics", _logger.Entries[1].Message, StringComparison.Ordinal);
        Assert.Equal(LogLevel.Warning, _logger.Entries[1].Level);
    }

    [Fact]
    public void Reload_Bad_KeepsTheLastGoodAndLogsAllFaultsOnce()
    {
        var monitor = Start();
        var before = monitor.Current;

        _configuration.Change(_bad);

        Assert.Same(before, monitor.Current);
        Assert.Empty(_changes);
        var entry = Assert.Single(_logger.Entries);
        Assert.Equal(LogLevel.Error, entry.Level);
        Assert.Equal(101, entry.Id.Id);
        Assert.Equal("ConfigurationReloadRefused", entry.Id.Name);
        Assert.Contains(
            "  - TrafficMirroring:Shadows:v2:Percent: 101 is out of range",
            entry.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("  - TrafficMirroring:Shadows:v2:SetHeaders:Host: ", entry.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", entry.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reload_BadTwiceTheSame_LogsOnce()
    {
        Start();

        _configuration.Change(_bad);
        _configuration.Change(_bad);

        Assert.Single(_logger.Entries);
    }

    [Fact]
    public void Reload_BadInAnotherWay_LogsAgain()
    {
        Start();

        _configuration.Change(_bad);
        _configuration.Change(_worse);

        Assert.Equal([101, 101], _logger.Entries.Select(entry => entry.Id.Id));
        Assert.Contains("102 is out of range", _logger.Entries[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reload_BadGoodBad_LogsEach()
    {
        var monitor = Start();

        _configuration.Change(_bad);
        _configuration.Change(_better);
        _configuration.Change(_bad);
        _configuration.Change(_good);

        Assert.Equal([101, 100, 101, 100], _logger.Entries.Select(entry => entry.Id.Id));
        Assert.Equal(5, monitor.Current.Shadows[0].Percent);
        Assert.Equal([50, 5], _changes.Select(change => change.Shadows[0].Percent));
    }

    [Fact]
    public void Reload_RunsTheCodeAgain()
    {
        var queue = 1;
        var monitor = Start(new CodeSource(options => options.Shadows["v2"].QueueCapacity = queue));

        queue = 2;
        _configuration.Change(_better);

        Assert.Equal(2, monitor.Current.Shadows[0].QueueCapacity);
        Assert.Equal(50, monitor.Current.Shadows[0].Percent);
    }

    [Fact]
    public void Reload_ExceptionOfCode_IsABadReload()
    {
        var isBroken = false;
        var thrown = new InvalidOperationException("mine");
        var monitor = Start(
            new CodeSource(_ =>
            {
                if (isBroken)
                {
                    throw thrown;
                }
            })
        );
        var before = monitor.Current;

        isBroken = true;
        _configuration.Change(_better);
        _configuration.Change(_better);

        Assert.Same(before, monitor.Current);
        var entry = Assert.Single(_logger.Entries);
        Assert.Equal((LogLevel.Error, 102), (entry.Level, entry.Id.Id));
        Assert.Equal("ConfigurationReloadFailed", entry.Id.Name);
        Assert.Same(thrown, entry.Exception);

        isBroken = false;
        _configuration.Change(_better);

        Assert.Equal(50, monitor.Current.Shadows[0].Percent);
    }

    [Fact]
    public void Reload_RefusedByAFollower_IsABadReload()
    {
        var monitor = Start();
        var before = monitor.Current;
        var refusal = new InvalidOperationException("mine");
        var isRefused = true;
        monitor.Changing += next =>
        {
            Assert.Same(before, monitor.Current);
            Assert.NotSame(before, next);
            if (isRefused)
            {
                throw refusal;
            }
        };

        _configuration.Change(_better);
        _configuration.Change(_better);

        Assert.Same(before, monitor.Current);
        Assert.Empty(_changes);
        var entry = Assert.Single(_logger.Entries);
        Assert.Equal((LogLevel.Error, 102), (entry.Level, entry.Id.Id));
        Assert.Same(refusal, entry.Exception);

        isRefused = false;
        _configuration.Change(_better);

        Assert.Equal(50, monitor.Current.Shadows[0].Percent);
        Assert.Single(_changes);
    }

    [Fact]
    public void Reload_CausedWhilePreparing_FollowsTheRunningOne()
    {
        var monitor = Start();
        monitor.Changing += next =>
        {
            if (next.Shadows[0].Percent is 50)
            {
                _configuration.Change(_good);
            }
        };

        _configuration.Change(_better);

        Assert.Equal(5, monitor.Current.Shadows[0].Percent);
        Assert.Equal([50, 5], _changes.Select(change => change.Shadows[0].Percent));
    }

    [Fact]
    public void Reload_ExceptionOfASubscriber_StopsNeitherTheOthersNorTheWatch()
    {
        var monitor = new ConfigurationMonitor([Sources.Source(_configuration.Root)], _logger);
        _monitor = monitor;
        monitor.Changed += _ => throw new InvalidOperationException("mine");
        monitor.Changed += _changes.Add;

        _configuration.Change(_better);
        _configuration.Change(_good);

        Assert.Equal(2, _changes.Count);
        Assert.Equal([103, 100, 103, 100], _logger.Entries.Select(entry => entry.Id.Id));
        Assert.Equal("ConfigurationSubscriberFailed", _logger.Entries[0].Id.Name);
    }

    [Fact]
    public void Reload_ExceptionOfTheLogger_ReachesNobody()
    {
        var logger = Substitute.For<ILogger<ConfigurationMonitor>>();
        logger.IsEnabled(default).ReturnsForAnyArgs(_ => throw new InvalidOperationException("logger"));
        using var monitor = new ConfigurationMonitor([Sources.Source(_configuration.Root)], logger);

        _configuration.Change(_bad);
        Assert.Equal(5, monitor.Current.Shadows[0].Percent);
        _configuration.Change(_better);

        Assert.Equal(50, monitor.Current.Shadows[0].Percent);
        logger.ReceivedWithAnyArgs().IsEnabled(default);
    }

    [Fact]
    public void Reload_ExceptionsOfASubscriberAndOfTheLogger_StopNoOtherSubscriber()
    {
        var logger = Substitute.For<ILogger<ConfigurationMonitor>>();
        logger.IsEnabled(default).ReturnsForAnyArgs(_ => throw new InvalidOperationException("logger"));
        using var monitor = new ConfigurationMonitor([Sources.Source(_configuration.Root)], logger);
        monitor.Changed += _ => throw new InvalidOperationException("mine");
        monitor.Changed += _changes.Add;

        _configuration.Change(_better);

        Assert.Equal(50, Assert.Single(_changes).Shadows[0].Percent);
    }

    [Fact]
    public void Reload_OfASecondSection_IsSeenToo()
    {
        var second = new ReloadableConfiguration(
            """{ "TrafficMirroring": { "Shadows": { "v2": { "QueueCapacity": 7 } } } }"""
        );
        var monitor = Start(Sources.Source(second.Root));

        second.Change("""{ "TrafficMirroring": { "Shadows": { "v2": { "QueueCapacity": 8 } } } }""");

        Assert.Equal(8, monitor.Current.Shadows[0].QueueCapacity);
        Assert.Equal(5, monitor.Current.Shadows[0].Percent);
    }

    [Fact]
    public void Start_DuringWhichTheConfigurationChanges_ReadsOnce()
    {
        var reads = 0;
        Start(
            new CodeSource(_ =>
            {
                reads++;
                _configuration.Change(_better);
            })
        );

        Assert.Equal(1, reads);
    }

    [Fact]
    public void Reload_CausedByCodeThatConfigures_FollowsTheRunningOne()
    {
        var reads = 0;
        var isRunning = false;
        var monitor = Start(
            new CodeSource(_ =>
            {
                Assert.False(isRunning);
                isRunning = true;
                if (++reads == 2)
                {
                    _configuration.Change(_better);
                }

                isRunning = false;
            })
        );

        _configuration.Change(_good);

        Assert.Equal(3, reads);
        Assert.Equal(50, monitor.Current.Shadows[0].Percent);
        Assert.Equal([100, 100], _logger.Entries.Select(entry => entry.Id.Id));
    }

    [Fact]
    public void Reload_CausedByASubscriber_IsNotLost()
    {
        var monitor = Start();
        monitor.Changed += change =>
        {
            if (change.Shadows[0].Percent is 50)
            {
                _configuration.Change(_good);
            }
        };

        _configuration.Change(_better);

        Assert.Equal(5, monitor.Current.Shadows[0].Percent);
    }

    [Fact]
    public void Dispose_EndsTheWatch()
    {
        var monitor = Start();

        monitor.Dispose();
        monitor.Dispose();
        _configuration.Change(_better);

        Assert.Equal(5, monitor.Current.Shadows[0].Percent);
        Assert.Empty(_changes);
        Assert.Empty(_logger.Entries);
    }

    [Fact]
    public void Dispose_LeavesNothingRegistered()
    {
        var registration = Substitute.For<IDisposable>();
        var monitor = Start(SourceOf(registration, out _));

        monitor.Dispose();

        registration.Received().Dispose();
    }

    [Fact]
    public void Reload_UnderWayWhenDisposed_DoesNothing()
    {
        var monitor = Start(SourceOf(Substitute.For<IDisposable>(), out var signal));
        monitor.Dispose();

        signal();

        Assert.Empty(_changes);
        Assert.Empty(_logger.Entries);
    }

    [Fact]
    public void Dispose_ByASubscriber_EndsTheWatch()
    {
        var monitor = Start();
        monitor.Changed += _ => monitor.Dispose();

        _configuration.Change(_better);
        _configuration.Change(_good);

        Assert.Single(_changes);
    }

    [Fact]
    public async Task Reloads_InParallel_AreRaisedOneAtATime()
    {
        var tokens = new CancellationTokenSource[4];
        var sources = Enumerable
            .Range(0, tokens.Length)
            .Select(index =>
            {
                var source = Substitute.For<IOptionsSource>();
                tokens[index] = new CancellationTokenSource();
                source.GetReloadToken().Returns(new CancellationChangeToken(tokens[index].Token), (IChangeToken?)null);
                return source;
            })
            .ToArray();
        var monitor = new ConfigurationMonitor(
            [new CodeSource(options => options.MirrorTo("http://h")), .. sources],
            _logger
        );
        _monitor = monitor;
        var running = 0;
        var overlaps = 0;
        var raised = 0;
        monitor.Changed += _ =>
        {
            overlaps += Interlocked.Increment(ref running) - 1;
            Thread.Yield();
            raised++;
            Interlocked.Decrement(ref running);
        };

        await Parallel.ForEachAsync(
            tokens,
            TestContext.Current.CancellationToken,
            (token, _) =>
            {
                token.Cancel();
                return ValueTask.CompletedTask;
            }
        );

        Assert.Equal(0, overlaps);
        Assert.Equal(tokens.Length, raised);
    }

    [Fact]
    public void ReloadToken_ThatCannotBeHad_ReachesNobody()
    {
        var source = Substitute.For<IOptionsSource>();
        source.GetReloadToken().Returns(_ => throw new ObjectDisposedException("provider"));

        Assert.Equal(5, Start(source).Current.Shadows[0].Percent);
    }

    [Fact]
    public void Container_BuildsItFromSourcesAndLogger()
    {
        using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IOptionsSource>(Sources.Source(_configuration.Root))
            .AddSingleton<ConfigurationMonitor>()
            .BuildServiceProvider();

        Assert.Equal(5, services.GetRequiredService<ConfigurationMonitor>().Current.Shadows[0].Percent);
    }

    [Fact]
    public void Replace_OfAGivenConfiguration_RaisesTheChange()
    {
        using var monitor = new ConfigurationMonitor(Sources.Load(_good));
        monitor.Changed += _changes.Add;
        var next = Sources.Load(_better);

        monitor.Replace(next);

        Assert.Same(next, monitor.Current);
        Assert.Same(next, Assert.Single(_changes));
    }

    /// <summary>A source whose only token keeps its callback: what is registered can be called although it was disposed.</summary>
    private static IOptionsSource SourceOf(IDisposable registration, out Action signal)
    {
        var callbacks = new List<Action>();
        var token = Substitute.For<IChangeToken>();
        token.ActiveChangeCallbacks.Returns(true);
        token
            .RegisterChangeCallback(null!, null)
            .ReturnsForAnyArgs(call =>
            {
                var (callback, state) = (call.Arg<Action<object?>>(), call.ArgAt<object?>(1));
                callbacks.Add(() => callback(state));
                return registration;
            });
        var source = Substitute.For<IOptionsSource>();
        source.GetReloadToken().Returns(token, (IChangeToken?)null);
        signal = () => Assert.Single(callbacks)();
        return source;
    }

    private ConfigurationMonitor Start(params IOptionsSource[] more)
    {
        _monitor = new ConfigurationMonitor([Sources.Source(_configuration.Root), .. more], _logger);
        _monitor.Changed += _changes.Add;
        return _monitor;
    }
}
