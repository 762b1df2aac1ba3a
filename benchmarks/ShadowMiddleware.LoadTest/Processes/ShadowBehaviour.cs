namespace ShadowMiddleware.LoadTest.Processes;

/// <summary>How a shadow treats the copies. One that is dead is no process at all: <see cref="RefusedPort"/>.</summary>
internal enum ShadowBehaviour
{
    Healthy,

    /// <summary>Answers late.</summary>
    Slow,

    /// <summary>Takes the request and never answers.</summary>
    Hung,
}
