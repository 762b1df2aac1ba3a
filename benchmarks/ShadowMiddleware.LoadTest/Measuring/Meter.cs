using System.Diagnostics;
using ShadowMiddleware.LoadTest.Load;
using ShadowMiddleware.LoadTest.Processes;

namespace ShadowMiddleware.LoadTest.Measuring;

/// <summary>Loads a setup and measures it.</summary>
internal sealed class Meter
{
    // Longer than a copy may take.
    private static readonly TimeSpan IdlePatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan IdleLook = TimeSpan.FromMilliseconds(20);

    private readonly TimeSpan _settle;
    private readonly TimeSpan _time;
    private readonly CopyCheck _check;

    public Meter(TimeSpan settle, TimeSpan time, CopyCheck check)
    {
        _settle = settle;
        _time = time;
        _check = check;
    }

    /// <returns>The counts when nothing is under way any more.</returns>
    public static async Task<Look> WarmUpAsync(Subject subject, TimeSpan time)
    {
        using var clients = LoadClients.Connect(subject.Port);
        await clients.LoadAsync(rate: null, time);
        return await WaitForIdleAsync(subject);
    }

    /// <param name="what">What it is called when something is wrong with it.</param>
    /// <param name="subject">What is loaded.</param>
    /// <param name="rate">Requests a second; <see langword="null"/>: as many as can be.</param>
    /// <exception cref="LoadException">It did not answer as it should.</exception>
    public async Task<Figures> MeasureAsync(string what, Subject subject, double? rate)
    {
        var first = await Look.BeginAsync(subject);
        using var clients = LoadClients.Connect(subject.Port);
        await LoadAsync(clients, subject, rate, _settle);
        var before = await Look.BeginAsync(subject);
        var load = await LoadAsync(clients, subject, rate, _time);
        var after = await Look.ReadAsync(subject);
        var figures = Compute(subject, load, before, after);

        var last = await WaitForIdleAsync(subject);
        _check.Look(
            what,
            subject.Losses,
            figures,
            last.App.Copies - first.App.Copies,
            last.Shadow?.Received - first.Shadow?.Received
        );
        return figures;
    }

    public async Task<Figures> MeasureAsync(ServedProcess sender, ServedProcess shadow)
    {
        await sender.SendAsync(_settle);
        var before = await sender.BeginAsync();
        var shadowBefore = await shadow.ReadAsync();
        var start = Stopwatch.GetTimestamp();
        var used = await sender.SendAsync(_time) - before;
        var elapsed = Stopwatch.GetElapsedTime(start);
        var shadowUsed = await shadow.ReadAsync() - shadowBefore;
        return new Figures
        {
            Requests = used.Received,
            RequestsPerSecond = used.Received / elapsed.TotalSeconds,
            AppProcessorTime = used.Process.ProcessorTime.TotalMicroseconds / used.Received,
            ShadowProcessorTime = shadowUsed.Process.ProcessorTime.TotalMicroseconds / used.Received,
            Allocated = used.Process.AllocatedBytes / (double)used.Received,
            Gen0 = used.Process.Gen0,
            Gen1 = used.Process.Gen1,
            Gen2 = used.Process.Gen2,
            AppPeakMemory = used.Process.PeakMemory,
            Copies = new CopyFigures(used.Received, used.Received, 0, 0, shadowUsed.Received),
        };
    }

    /// <summary>Loads a setup, and has whoever sends beside the clients send as long.</summary>
    public static async Task<LoadResult> LoadAsync(
        LoadClients clients,
        Subject subject,
        double? rate,
        TimeSpan time,
        TimeSpan? patience = null
    )
    {
        var beside = subject.Beside?.SendAsync(time, rate);
        var load = await clients.LoadAsync(rate, time, patience);
        if (beside is not null)
        {
            await beside;
        }

        return load;
    }

    /// <summary>The figures of a load, from the looks before and after it.</summary>
    public static Figures Compute(Subject subject, LoadResult load, Look before, Look after)
    {
        var app = after.App - before.App;
        var proxy = after.Proxy is null ? null : after.Proxy - before.Proxy!;
        var shadow = after.Shadow is null ? null : after.Shadow - before.Shadow!;
        return new Figures
        {
            Requests = load.Requests,
            RequestsPerSecond = load.RequestsPerSecond,
            Latencies = load.Latencies,
            AppProcessorTime = app.Process.ProcessorTime.TotalMicroseconds / load.Requests,
            ProxyProcessorTime = proxy?.Process.ProcessorTime.TotalMicroseconds / load.Requests,
            ShadowProcessorTime = shadow?.Process.ProcessorTime.TotalMicroseconds / load.Requests,
            ClientsProcessorTime = load.ProcessorTime.TotalMicroseconds / load.Requests,
            Allocated = app.Process.AllocatedBytes / (double)load.Requests,
            Gen0 = app.Process.Gen0,
            Gen1 = app.Process.Gen1,
            Gen2 = app.Process.Gen2,
            AppPeakMemory = app.Process.PeakMemory,
            ProxyPeakMemory = proxy?.Process.PeakMemory,
            Copies = Compute(subject, load, app.Copies, shadow?.Received),
        };
    }

    private static CopyFigures? Compute(Subject subject, LoadResult load, CopyCounts copies, long? received)
    {
        if (copies.Seen > 0)
        {
            return new CopyFigures(
                copies.Wanted,
                copies.Completed,
                copies.GaveWay,
                copies.OtherwiseLost + copies.Failed,
                received
            );
        }

        // Where something else makes the copies, only the shadow counts them.
        return subject.Shadow is null || subject.Beside is not null
            ? null
            : new CopyFigures(load.Requests, Completed: null, 0, 0, received);
    }

    private static async Task<Look> WaitForIdleAsync(Subject subject)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var look = await Look.ReadAsync(subject);
            if (look.App.Copies.IsIdle || Stopwatch.GetElapsedTime(start) > IdlePatience)
            {
                return look;
            }

            await Task.Delay(IdleLook, TimeProvider.System);
        }
    }
}
