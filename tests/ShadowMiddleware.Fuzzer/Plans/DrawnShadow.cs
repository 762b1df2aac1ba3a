using ShadowMiddleware.Fuzzer.Shadows;

namespace ShadowMiddleware.Fuzzer.Plans;

/// <summary>A shadow that always answers, and whose configuration is another in each round.</summary>
internal sealed class DrawnShadow : IAsyncDisposable
{
    private volatile ShadowPlan _plan = ShadowPlan.Plain;

    /// <param name="name">Its name.</param>
    /// <param name="basePath">The path of its address.</param>
    /// <param name="isTransformed">Whether <see cref="PlannedCode.Transform"/> changes its copies: they are made in another way then.</param>
    public DrawnShadow(string name, string basePath, bool isTransformed)
    {
        Name = name;
        BasePath = basePath;
        IsTransformed = isTransformed;
    }

    public string Name { get; }

    public string BasePath { get; }

    public bool IsTransformed { get; }

    public ExactShadow Server { get; } = new();

    public string Address => Server.Address + BasePath;

    public ShadowPlan Plan
    {
        get => _plan;
        set => _plan = value;
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
