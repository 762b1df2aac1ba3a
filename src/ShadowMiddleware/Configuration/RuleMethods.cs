using Microsoft.AspNetCore.Http;

namespace ShadowMiddleware.Configuration;

/// <summary>Which methods a rule may name: the registered ones (IANA's registry of HTTP methods). Others are slips more often than methods.</summary>
internal static class RuleMethods
{
    private static readonly string[] _known =
    [
        "GET",
        "HEAD",
        "POST",
        "PUT",
        "PATCH",
        "DELETE",
        "OPTIONS",
        "TRACE",
        "QUERY",
        "ACL",
        "BASELINE-CONTROL",
        "BIND",
        "CHECKIN",
        "CHECKOUT",
        "COPY",
        "LABEL",
        "LINK",
        "LOCK",
        "MERGE",
        "MKACTIVITY",
        "MKCALENDAR",
        "MKCOL",
        "MKREDIRECTREF",
        "MKWORKSPACE",
        "MOVE",
        "ORDERPATCH",
        "PROPFIND",
        "PROPPATCH",
        "REBIND",
        "REPORT",
        "SEARCH",
        "UNBIND",
        "UNCHECKOUT",
        "UNLINK",
        "UNLOCK",
        "UPDATE",
        "UPDATEREDIRECTREF",
        "VERSION-CONTROL",
    ];

    /// <returns>What is wrong with the method and how to mend it; <see langword="null"/>: nothing.</returns>
    public static string? FindFault(string method)
    {
        if (_known.Contains(method, StringComparer.Ordinal))
        {
            return null;
        }

        if (HttpMethods.IsConnect(method))
        {
            return $"{SecretMask.Quote(method)} is never copied; remove it.";
        }

        var mend =
            Array.Find(_known, known => known.Equals(method.Trim(), StringComparison.OrdinalIgnoreCase)) is { } upper
                ? $"methods are compared letter by letter; write {upper}."
            : NearestKey.Find(method, _known) is { } nearest ? $"did you mean '{nearest}'?"
            : "write a registered method, such as GET or POST.";
        return $"{SecretMask.Quote(method)} is not a method that is known; {mend}";
    }
}
