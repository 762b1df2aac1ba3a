namespace ShadowMiddleware.FunctionalTests.Common;

/// <summary>Tests that measure the whole process, or change it for all: they run one after the other, and nothing runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
