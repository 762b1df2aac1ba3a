using ShadowMiddleware.LoadTest.Measuring;

namespace ShadowMiddleware.LoadTest.Scenarios;

/// <summary>One thing to measure, and the row that its figures go to.</summary>
internal sealed record Setup(Subject Subject, Row Row);
