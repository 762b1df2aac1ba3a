namespace ShadowMiddleware.Selection;

/// <summary>Decides by chance which requests are copied.</summary>
internal interface ISampler
{
    /// <summary>One independent draw.</summary>
    /// <param name="percent">0 to 100; 0 is never and 100 is always.</param>
    bool Draw(double percent);
}
