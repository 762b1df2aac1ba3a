namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>What a sender is told to do.</summary>
/// <param name="Time">For how long it sends.</param>
/// <param name="Rate">How much it sends in a second; <see langword="null"/>: as much as it can.</param>
internal sealed record SendOrder(TimeSpan Time, double? Rate);
