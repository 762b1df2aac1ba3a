using System.Buffers;
using System.Net;
using Microsoft.Net.Http.Headers;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Sending;

/// <summary>The Host that a request came with, as its copy may carry it.</summary>
internal static class OriginalHost
{
    private const string Suffix = "-shadow";

    // RFC 3986 section 3.2.2, without the comma: a Host in a list must stay one element of it.
    private static readonly SearchValues<char> _name = SearchValues.Create(
        "-._~!$&'()*+;=%0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    );

    /// <summary>Finds the Host.</summary>
    /// <returns><see langword="null"/> when there is none.</returns>
    /// <exception cref="NotSupportedException">It is no host and port.</exception>
    public static string? Find(CapturedRequest captured)
    {
        var host = HeaderRules.Find(captured.Headers, HeaderNames.Host).ToString();
        if (host.Length == 0)
        {
            return null;
        }

        return IsHost(host) ? host : throw new NotSupportedException("The Host of the request is no host and port.");
    }

    /// <summary>The Host of a copy that does not carry that of the address.</summary>
    /// <exception cref="NotSupportedException">It is made of the client's, and the request has none that will do.</exception>
    public static string ForCopy(CapturedRequest captured, ShapingConfiguration shaping) =>
        shaping.HostTemplate is { } template ? ForTemplate(captured, template) : ForCopy(captured, shaping.HostHeader);

    /// <summary>The Host of the copy.</summary>
    /// <exception cref="NotSupportedException">The request has none, or none that is a host and port.</exception>
    public static string ForCopy(CapturedRequest captured, HostHeaderMode mode)
    {
        // The HTTP client cannot send an empty one, and that of the address would not be the client's.
        var host =
            Find(captured) ?? throw new NotSupportedException("The request has no Host that its copy could carry.");
        return mode == HostHeaderMode.OriginalWithShadowSuffix ? AddSuffix(host) : host;
    }

    private static string ForTemplate(CapturedRequest captured, HostTemplate template)
    {
        if (template.After is not { } after)
        {
            return template.Before;
        }

        var host = ForCopy(captured, HostHeaderMode.Original);
        var name = host.AsSpan(0, NameLength(host));
        return name.StartsWith('[') && template.IsPartOfName
            ? throw new NotSupportedException(
                "The Host of the request is an IPv6 address, which cannot be a part of a name."
            )
            : string.Concat(template.Before, name, after);
    }

    private static string AddSuffix(string host)
    {
        var end = NameLength(host);
        var name = host.AsSpan(0, end);

        // 10.0.0.1-shadow would be a name that nobody has, and [::1]-shadow nothing at all.
        return name.StartsWith('[') || (IPAddress.TryParse(name, out var address) && name.SequenceEqual($"{address}"))
            ? host
            : string.Concat(name, Suffix, host.AsSpan(end));
    }

    private static bool IsHost(string host)
    {
        var end = NameLength(host);
        var name = host.AsSpan(0, end);
        var port = host.AsSpan(end);
        return IsName(name) && (port.IsEmpty || (port.Length > 1 && !port[1..].ContainsAnyExceptInRange('0', '9')));
    }

    private static bool IsName(ReadOnlySpan<char> name) =>
        name is ['[', .. var literal, ']']
            ? literal.Contains(':') && IPAddress.TryParse(literal, out _)
            : !name.IsEmpty && !name.ContainsAnyExcept(_name);

    // Up to the colon of the port. Within brackets, colons belong to the address.
    private static int NameLength(string host)
    {
        var bracket = host.StartsWith('[') ? host.IndexOf(']', StringComparison.Ordinal) + 1 : 0;
        var colon = host.IndexOf(':', bracket);
        return colon < 0 ? host.Length : colon;
    }
}
