namespace ShadowMiddleware.Dispatch;

/// <summary>What the controller is doing to find out what copies cost the app.</summary>
internal enum PressurePhase
{
    /// <summary>Copies leave as they come.</summary>
    Running,

    /// <summary>Copies are held back, and those on their way come to an end.</summary>
    Settling,

    /// <summary>No copy is on its way: the app alone is measured.</summary>
    Quiet,

    /// <summary>Every copy is let in again, and their work begins to show.</summary>
    TrialSettling,

    /// <summary>Every copy is let in: the app is measured with all of them.</summary>
    Trial,
}
