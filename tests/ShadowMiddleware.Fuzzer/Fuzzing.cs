namespace ShadowMiddleware.Fuzzer;

/// <summary>Numbers that several parts have to agree on.</summary>
internal static class Fuzzing
{
    /// <summary>Connections at one time. Modest, so that machines with little to spare find their own races and not the scheduler's.</summary>
    public const int Connections = 4;

    /// <summary>Cases between two settlements.</summary>
    public const int CasesPerRound = 64;

    /// <summary>The longest body that the shadow takes whose copies are judged.</summary>
    public const int MaxBodyBytes = 128 * 1024;

    /// <summary>The name of the shadow that always answers and whose copies are judged.</summary>
    public const string ExactShadow = "exact";

    /// <summary>The name of the shadow that misbehaves.</summary>
    public const string HostileShadow = "hostile";

    /// <summary>The name of a shadow that always answers, and whose configuration is another in each round.</summary>
    public const string DrawnShadow = "drawn";

    /// <summary>The name of another, whose copies the app's code changes.</summary>
    public const string TransformedShadow = "drawn-transformed";

    public const string TagHeader = "X-Shadow-Request";
}
