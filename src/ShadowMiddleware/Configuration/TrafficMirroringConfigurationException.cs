using Microsoft.Extensions.Options;

namespace ShadowMiddleware.Configuration;

/// <summary>Stops the start of an app whose configuration has faults, and lists them all.</summary>
internal sealed class TrafficMirroringConfigurationException(IReadOnlyCollection<string> faults)
    : OptionsValidationException(Options.DefaultName, typeof(TrafficMirroringOptions), faults)
{
    public override string Message { get; } =
        $"The configuration of traffic mirroring has {(faults.Count == 1 ? "a fault" : $"{faults.Count} faults")}:"
        + Environment.NewLine
        + ToLines(faults);

    /// <summary>One fault a line.</summary>
    public static string ToLines(IEnumerable<string> faults) =>
        string.Join(Environment.NewLine, faults.Select(fault => $"  - {fault}"));
}
