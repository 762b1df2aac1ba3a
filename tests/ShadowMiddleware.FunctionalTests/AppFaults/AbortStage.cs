namespace ShadowMiddleware.FunctionalTests.AppFaults;

/// <summary>How far a request has come when its client leaves.</summary>
internal enum AbortStage
{
    InTheHead,
    AfterTheHead,
    InTheBody,
    WhileTheAppRuns,
    WhileTheResponseIsWritten,
    AfterTheResponse,
}
