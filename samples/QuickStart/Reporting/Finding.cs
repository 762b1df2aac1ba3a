namespace QuickStart.Reporting;

/// <summary>One promise, in a sentence that says whether it was kept.</summary>
internal sealed record Finding(bool Kept, string Text);
