namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>Who copies the requests of the app under load.</summary>
internal enum CopiedBy
{
    /// <summary>The app is alone, or something in front of it makes the copies.</summary>
    Nobody,

    /// <summary>This project's middleware.</summary>
    Middleware,

    /// <summary>The few lines that people write themselves.</summary>
    NaiveMiddleware,
}
