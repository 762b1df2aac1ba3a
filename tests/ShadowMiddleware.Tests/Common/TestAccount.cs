using Microsoft.Extensions.Logging.Abstractions;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Tests.Common;

/// <summary>Accounts that log to nobody.</summary>
internal static class TestAccount
{
    public static ShadowAccount Create(string shadow = "v2", TimeProvider? timeProvider = null) =>
        new(shadow, NullLogger.Instance, timeProvider ?? new TestTimeProvider());

    /// <summary>An account that has accepted so many requests, for senders that are called without a dispatcher.</summary>
    public static ShadowAccount Accepted(int requests = 1)
    {
        var account = Create();
        for (var i = 0; i < requests; i++)
        {
            account.Accept();
        }

        return account;
    }
}
