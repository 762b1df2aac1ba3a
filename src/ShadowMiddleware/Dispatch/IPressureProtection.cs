namespace ShadowMiddleware.Dispatch;

/// <summary>Lets copies give way when they would take time from the app.</summary>
internal interface IPressureProtection
{
    /// <summary>Whether the copies of one more request may be made.</summary>
    bool TryAdmit();

    /// <summary>Notes what was handed over: more copies, and longer ones, cost more than what <see cref="TryAdmit"/> counted.</summary>
    void Charge(int copies, long bodyLength);
}
