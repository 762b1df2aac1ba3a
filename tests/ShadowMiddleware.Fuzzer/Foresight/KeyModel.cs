using Microsoft.AspNetCore.Http;
using ShadowMiddleware.Fuzzer.Apps;

namespace ShadowMiddleware.Fuzzer.Foresight;

/// <summary>Finds what a request is drawn by.</summary>
internal static class KeyModel
{
    /// <summary>The value of a field, a cookie or a claim; empty for none.</summary>
    public static string Find(Arrival arrival, string sampleBy) =>
        sampleBy.Split(':')[0] switch
        {
            "Header" => arrival[ChoiceFields.Key].ToString(),
            "Cookie" => Cookie(arrival) ?? "",
            "Claim" => arrival[ChoiceFields.User].ToString(),
            _ => "",
        };

    // As the platform reads cookies, and without a look at those of the request itself: the mirror's shall be the first.
    private static string? Cookie(Arrival arrival)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Cookie = arrival["Cookie"];
        return context.Request.Cookies[ChoiceFields.Cookie];
    }
}
