using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Sending;

/// <summary>
/// Credentials that authenticate a connection and not a request (RFC 4559 section 6). A shadow would take what comes next over the connection, the
/// copies of other users, for requests of the same user. So they are left out of copies, which is said once.
/// </summary>
internal sealed class ConnectionCredentials
{
    private static readonly string[] _schemes = ["Negotiate", "NTLM"];

    private readonly string _shadow;
    private readonly ILogger _logger;
    private int _isSaid;

    public ConnectionCredentials(string shadow, ILogger logger)
    {
        _shadow = shadow;
        _logger = logger;
    }

    /// <summary>The values of <c>Authorization</c> without those that have such a scheme.</summary>
    /// <param name="values">The values, one for each line that was received.</param>
    /// <returns>The same when there is none of them; an empty value when nothing is left.</returns>
    public static StringValues LeaveOut(StringValues values)
    {
        foreach (var value in values)
        {
            if (IsOne(value))
            {
                return values.Where(static other => !IsOne(other)).ToArray();
            }
        }

        return values;
    }

    /// <summary>Says that they are left out, the first time that they are.</summary>
    public void SayLeftOut()
    {
        if (Volatile.Read(ref _isSaid) == 0 && Interlocked.Exchange(ref _isSaid, 1) == 0)
        {
            Log.ConnectionCredentialsLeftOut(_logger, _shadow);
        }
    }

    // A line may be a list, which nobody should send: what has such a scheme in it goes as a whole.
    private static bool IsOne(ReadOnlySpan<char> value)
    {
        foreach (var range in value.Split(','))
        {
            var element = value[range].Trim(" \t");
            var end = element.IndexOfAny(' ', '\t');
            var scheme = end < 0 ? element : element[..end];
            foreach (var known in _schemes)
            {
                if (scheme.Equals(known, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
