using System.Net;
using ShadowMiddleware.Capture;
using ShadowMiddleware.Configuration;

namespace ShadowMiddleware.Sending;

/// <summary>The fields that say what connection a request came by: what was received, and what is appended.</summary>
internal struct ForwardedFields
{
    private const string For = "X-Forwarded-For";
    private const string Host = "X-Forwarded-Host";
    private const string Proto = "X-Forwarded-Proto";

    // RFC 7239 section 6.2. Appended all the same: else what the client wrote would be last, and be taken for ours.
    private const string Unknown = "unknown";

    private string? _for;
    private string? _host;
    private string? _proto;

    /// <summary>Keeps what was received, if it is one of the fields, to be appended to.</summary>
    public bool TryKeep(string name, string value)
    {
        if (Is(name, For))
        {
            _for = value;
        }
        else if (Is(name, Host))
        {
            _host = value;
        }
        else if (Is(name, Proto))
        {
            _proto = value;
        }
        else
        {
            return false;
        }

        return true;
    }

    /// <summary>Writes the fields, each with its new last element.</summary>
    /// <exception cref="NotSupportedException">The request was captured without what is to be appended, or its Host is none.</exception>
    public readonly void AddTo<TFields>(CapturedRequest captured, ShadowConfiguration shadow, ref TFields fields)
        where TFields : IFields
    {
        if (captured is not CapturedRequestWithPeer from)
        {
            throw new NotSupportedException(
                "The request was captured before a reload asked for what connection it came by."
            );
        }

        Add(For, _for, Write(from.PeerAddress), shadow, ref fields);

        // Without a Host there is nothing to append, and what the client wrote must not be taken for it.
        if (OriginalHost.Find(captured) is { } host)
        {
            Add(Host, _host, host, shadow, ref fields);
        }

        Add(Proto, _proto, from.Scheme, shadow, ref fields);
    }

    private static void Add<TFields>(
        string name,
        string? received,
        string own,
        ShadowConfiguration shadow,
        ref TFields fields
    )
        where TFields : IFields
    {
        if (!HeaderRules.IsSet(shadow, name))
        {
            fields.Add(name, string.IsNullOrWhiteSpace(received) ? own : $"{received}, {own}");
        }
    }

    private static string Write(IPAddress? peer)
    {
        if (peer is null)
        {
            return Unknown;
        }

        // A zone means nothing on another machine (RFC 4007 section 11.2).
        return peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4().ToString()
            : peer.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 && peer.ScopeId != 0
                ? new IPAddress(peer.GetAddressBytes()).ToString()
            : peer.ToString();
    }

    private static bool Is(string name, string field) => name.Equals(field, StringComparison.OrdinalIgnoreCase);
}
