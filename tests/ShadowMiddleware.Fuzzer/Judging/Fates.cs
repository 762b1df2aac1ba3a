using System.Buffers;
using ShadowMiddleware.Fuzzer.Apps;

namespace ShadowMiddleware.Fuzzer.Judging;

/// <summary>Foretells, from the laws alone, what has to become of a request.</summary>
internal static class Fates
{
    // In other letters, HttpClient would send these in capitals.
    private static readonly string[] KnownMethods =
    [
        "GET",
        "POST",
        "PUT",
        "PATCH",
        "DELETE",
        "HEAD",
        "OPTIONS",
        "TRACE",
        "QUERY",
    ];

    private static readonly SearchValues<char> TokenLetters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    );

    /// <param name="arrival">The request.</param>
    /// <param name="body">Its body; <see langword="null"/> when it is not known.</param>
    public static Fate Of(Arrival arrival, byte[]? body)
    {
        if (arrival.Has(Fuzzing.TagHeader))
        {
            return Fate.Loop;
        }

        if (Is(arrival.Method, "CONNECT") || (arrival.IsUpgradable && OffersAProtocol(arrival)))
        {
            return Fate.Upgrade;
        }

        if (MarkedEndpoint.Is(arrival, MarkedEndpoint.Hub))
        {
            return Fate.Hub;
        }

        if (Is(arrival.Method, "OPTIONS") && arrival.RawTarget == "*")
        {
            return Fate.Target;
        }

        if (MarkedEndpoint.Is(arrival, MarkedEndpoint.Off))
        {
            return Fate.Endpoint;
        }

        var whole = !arrival.CanHaveBody || (arrival.ReadToEnd && body?.Length <= Fuzzing.MaxBodyBytes);
        if (GrpcCalls.Is(arrival))
        {
            return whole && arrival.TakenBefore is false && body is not null && GrpcCalls.IsStream(body)
                ? Fate.Streaming
                : Fate.Grpc;
        }

        if (arrival.TakenBefore is not false)
        {
            return arrival.TakenBefore is true ? Fate.NotWhole : Fate.CopiedOrLost;
        }

        if (arrival.ReadToEnd && body?.Length > Fuzzing.MaxBodyBytes)
        {
            return Fate.TooLong;
        }

        if (!IsExpressible(arrival))
        {
            return whole ? Fate.Inexpressible : Fate.CopiedOrLost;
        }

        return whole ? Fate.Copied : Fate.CopiedOrLost;
    }

    // Kestrel lets more in than HTTP allows: control bytes in a target (RFC 9112 section 3.2), and names of fields that are no tokens
    // (RFC 9110 section 5.1).
    private static bool IsExpressible(Arrival arrival) =>
        !arrival.RawTarget.AsSpan().ContainsAnyExceptInRange('!', '~')
        && !arrival.Headers.Any(field => field.Key.AsSpan().ContainsAnyExcept(TokenLetters))
        && !arrival.Headers.Any(field => field.Value.Any(value => value.AsSpan().ContainsAny('\r', '\n', '\0')))
        && !Array.Exists(KnownMethods, known => known != arrival.Method && Is(known, arrival.Method));

    // Many clients offer HTTP/2 with ordinary requests, and some proxies ask for an upgrade to nothing. No server switches then.
    private static bool OffersAProtocol(Arrival arrival) =>
        arrival["Upgrade"]
            .SelectMany(value => value!.Split(','))
            .Any(name => name.Trim() is not "" && !Is(name.Trim(), "h2c"));

    private static bool Is(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);
}
