namespace ShadowMiddleware.Dispatch;

/// <summary>How busy the processors are.</summary>
internal interface IProcessorLoad
{
    /// <summary>The share of the processors' time that was used lately, 0 to 1. Called by one caller at a time.</summary>
    double Read();
}
