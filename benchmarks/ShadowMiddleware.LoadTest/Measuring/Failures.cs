namespace ShadowMiddleware.LoadTest.Measuring;

/// <summary>What went wrong: with an entry here, the run has failed.</summary>
internal sealed class Failures
{
    private readonly List<string> _all = [];

    public IReadOnlyList<string> All => _all;

    public void Add(string what) => _all.Add(what);

    public void AddIf(bool failed, string what)
    {
        if (failed)
        {
            Add(what);
        }
    }
}
