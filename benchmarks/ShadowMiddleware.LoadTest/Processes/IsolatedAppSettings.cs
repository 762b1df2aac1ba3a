using ShadowMiddleware.LoadTest.Faults;

namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>How the app is set up whose other clients are measured.</summary>
/// <param name="Shadow">Where copies go while it is measured.</param>
/// <param name="WarmUp">Where copies go before: what is wrong with the work for copies may be worst when it begins.</param>
internal sealed record IsolatedAppSettings(string Shadow, string WarmUp)
{
    public string? HttpVersion { get; init; }

    public BlockingCode Blocks { get; init; }

    /// <summary>Whether copies are redacted, those of <see cref="ServedUploader"/> in many places.</summary>
    public bool Redacts { get; init; }
}
