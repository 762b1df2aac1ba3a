using ShadowMiddleware.LoadTest.Measuring;
using ShadowMiddleware.LoadTest.Processes;

namespace ShadowMiddleware.LoadTest.Scenarios;

/// <summary>All processes of the comparison. They run from its start to its end, so that each round finds them warm.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    public const int SenderConcurrency = 32;
    public static readonly TimeSpan SlowAnswer = TimeSpan.FromMilliseconds(200);

    private static readonly double[] _samples = [0, 1, 10];

    private readonly List<ServedProcess> _processes = [];
    private readonly RefusedPort _dead = new();
    private readonly List<Setup> _saturated = [];
    private readonly List<Setup> _constant = [];

    public IReadOnlyList<Setup> Saturated => _saturated;

    public IReadOnlyList<Setup> Constant => _constant;

    public Row? Skipped { get; private set; }

    public required Subject Alone { get; init; }

    public required ServedProcess Shadow { get; init; }

    public required ServedProcess Sender { get; init; }

    /// <summary>Each once, for the warm-up.</summary>
    public IEnumerable<Setup> All => _saturated.Concat(_constant);

    /// <param name="nginx">The path of NGINX; <see langword="null"/>: not installed.</param>
    /// <param name="failures">Told when NGINX is there and does not start: the others are measured all the same.</param>
    public static async Task<Fleet> StartAsync(string? nginx, Failures failures)
    {
        var started = new List<ServedProcess>();
        try
        {
            var shadow = await StartAsync(started, Role.Shadow, new ShadowSettings(ShadowBehaviour.Healthy));
            var alone = await StartAsync(started, Role.App, new AppSettings(CopiedBy.Nobody));
            var sender = await StartAsync(started, Role.Sender, new SenderSettings(shadow.Address, SenderConcurrency));
            var fleet = new Fleet
            {
                Alone = new Subject(alone.Port, alone),
                Shadow = shadow,
                Sender = sender,
            };
            fleet._processes.AddRange(started);
            started = fleet._processes;
            await fleet.StartSaturatedAsync();
            await fleet.StartNginxAsync(nginx, failures);
            await fleet.StartConstantAsync();
            return fleet;
        }
        catch
        {
            await EndAsync(started);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync(_processes);
        _dead.Dispose();
    }

    private async Task StartSaturatedAsync()
    {
        foreach (var percent in _samples)
        {
            await AddAsync(
                Setups.Sampled(percent),
                Mirrored() with
                {
                    Percent = percent,
                    Protection = false,
                },
                Losses.None
            );
        }

        await AddAsync(Setups.Unprotected, Mirrored() with { Protection = false, WideLimits = true }, Losses.None);
        await AddAsync(Setups.Protected, Mirrored(), Losses.NotSent);
        await AddAsync(Setups.Naive, new AppSettings(CopiedBy.NaiveMiddleware, Shadow.Address), Losses.None);

        async Task AddAsync(string name, AppSettings settings, Losses losses)
        {
            var app = await StartAsync(_processes, Role.App, settings);
            var subject = new Subject(app.Port, app, Proxy: null, Shadow, Losses: losses);
            _saturated.Add(new Setup(subject, new Row(name, LoadKind.Saturated)));
        }
    }

    // In front of the very app that is measured alone.
    private async Task StartNginxAsync(string? nginx, Failures failures)
    {
        if (nginx is null)
        {
            Skipped = new Row(Setups.NginxMirror, LoadKind.Saturated) { Skipped = "NGINX is not installed" };
            return;
        }

        try
        {
            await AddAsync(Setups.NginxProxy, shadow: null);
            await AddAsync(Setups.NginxMirror, Shadow);
        }
        catch (InvalidOperationException exception)
        {
            failures.Add($"NGINX does not start: {exception.Message}");
            Skipped = new Row(Setups.NginxMirror, LoadKind.Saturated) { Skipped = "NGINX does not start" };
        }

        async Task AddAsync(string name, ServedProcess? shadow)
        {
            var settings = new NginxSettings(nginx, Alone.App.Authority, shadow?.Authority);
            var proxy = await StartAsync(_processes, Role.Nginx, settings);
            var subject = new Subject(proxy.Port, Alone.App, proxy, shadow);
            _saturated.Add(new Setup(subject, new Row(name, LoadKind.Saturated)));
        }
    }

    private async Task StartConstantAsync()
    {
        await AddAsync(Setups.Healthy, Shadow, Losses.GivenWay);
        await AddAsync(Setups.Slow, await StartShadowAsync(ShadowBehaviour.Slow, SlowAnswer), Losses.Any);
        await AddAsync(Setups.Hung, await StartShadowAsync(ShadowBehaviour.Hung), Losses.Any);
        await AddAsync(Setups.Dead, shadow: null, Losses.Any);

        var naive = await StartAsync(_processes, Role.App, new AppSettings(CopiedBy.NaiveMiddleware, Shadow.Address));
        Add(Setups.Naive, new Subject(naive.Port, naive, Proxy: null, Shadow));
        Add(Setups.Beside, Alone with { Shadow = Shadow, Beside = Sender });

        async Task AddAsync(string name, ServedProcess? shadow, Losses losses)
        {
            var settings = new AppSettings(CopiedBy.Middleware, shadow?.Address ?? _dead.Address);
            var app = await StartAsync(_processes, Role.App, settings);
            Add(name, new Subject(app.Port, app, Proxy: null, shadow, Losses: losses));
        }

        void Add(string name, Subject subject) => _constant.Add(new Setup(subject, new Row(name, LoadKind.Constant)));

        Task<ServedProcess> StartShadowAsync(ShadowBehaviour behaviour, TimeSpan delay = default) =>
            StartAsync(_processes, Role.Shadow, new ShadowSettings(behaviour, delay));
    }

    private AppSettings Mirrored() => new(CopiedBy.Middleware, Shadow.Address);

    private static async Task<ServedProcess> StartAsync<TSettings>(
        List<ServedProcess> processes,
        string role,
        TSettings settings
    )
    {
        var process = await ServedProcess.StartAsync(role, settings);
        processes.Add(process);
        return process;
    }

    // The last first: what stands in front ends before what stands behind.
    private static async Task EndAsync(IReadOnlyList<ServedProcess> processes)
    {
        foreach (var process in processes.Reverse())
        {
            await process.DisposeAsync();
        }
    }
}
