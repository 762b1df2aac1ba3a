namespace ShadowMiddleware.Diagnostics;

/// <summary>
/// Finds out when nearly all answers of a shadow have a status class that the primary did not give for the same request, whichever that is: then it is most likely not the app's code that
/// answers. Counts by the window; under concurrency an answer more or less.
/// </summary>
internal sealed class StatusWatch
{
    /// <summary>How many answers are looked at together.</summary>
    internal const int Window = 50;

    private const int LeastPercent = 95;

    private readonly int[] _differing = new int[ReasonNames.StatusClasses.Length];
    private readonly int[] _lastStatus = new int[ReasonNames.StatusClasses.Length];
    private int _answers;

    // One bit for each class, so that two that take turns are not news each time.
    private int _reported;

    /// <summary>Notes an answer beside the primary's.</summary>
    /// <returns>A status of the commonest class that differs, to be reported once for each class until the differences go away; otherwise <see langword="null"/>.</returns>
    public int? Note(int status, int primaryStatus)
    {
        var statusClass = Class(status);
        if (statusClass != Class(primaryStatus))
        {
            Interlocked.Increment(ref _differing[statusClass]);
            Volatile.Write(ref _lastStatus[statusClass], status);
        }

        return Interlocked.Increment(ref _answers) == Window ? EndWindow() : null;
    }

    private int? EndWindow()
    {
        var (sum, commonest, most) = (0, 0, 0);
        for (var i = 0; i < _differing.Length; i++)
        {
            var count = Interlocked.Exchange(ref _differing[i], 0);
            sum += count;
            (commonest, most) = count > most ? (i, count) : (commonest, most);
        }

        Volatile.Write(ref _answers, 0);
        if (sum * 100 < LeastPercent * Window)
        {
            Volatile.Write(ref _reported, 0);
            return null;
        }

        var bit = 1 << commonest;
        return (Interlocked.Or(ref _reported, bit) & bit) == 0 ? Volatile.Read(ref _lastStatus[commonest]) : null;
    }

    // What is not modified is what a success would have brought: whether a condition holds depends on tags and dates, which each side has of its own.
    private static int Class(int status) => ShadowCounters.StatusClass(status == 304 ? 200 : status);

    /// <summary>What most often causes a status that the app itself would not give.</summary>
    public static string UsualCause(int status) =>
        status switch
        {
            301 or 307 or 308 => "UseHttpsRedirection at the shadow: give its https address, or switch that off there",
            302 or 303 => "a page to sign in: credentials were left out, or the shadow does not accept them",
            400 => "the shadow's AllowedHosts do not name the host of Address: see HostHeader",
            401 or 403 =>
                "credentials were left out (RemoveHeaders), or are for another audience: see SetHeaders and UseBearerToken",
            404 => "the path of Address: it comes in front of the app's paths, a path base included",
            405 => "the shadow, or a proxy in front of it, does not know the method",
            411 => "a proxy in front of the shadow that wants a Content-Length",
            413 or 414 or 431 => "a lower limit at the shadow, or at a proxy in front of it, than at the app",
            415 or 406 => "Content-Type or Accept was removed or set: see RemoveHeaders and SetHeaders",
            421 => "the shadow's server does not know the host: see HostHeader",
            429 => "a limit of rates at the shadow: see Percent and MaxRequestsPerSecond",
            502 or 503 or 504 => "a proxy in front of the shadow that has nothing behind it",
            >= 500 => "a fault of the shadow, such as a missing setting or database: its own log says which",
            >= 200 and < 300 => "a page that answers for all paths, such as the fallback of a single-page app",
            _ => "another server than the app's new version answers at Address",
        };
}
