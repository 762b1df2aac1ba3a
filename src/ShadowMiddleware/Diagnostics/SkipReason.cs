namespace ShadowMiddleware.Diagnostics;

/// <summary>Why a request was not to be mirrored. A closed set: its names are labels of counts.</summary>
internal enum SkipReason
{
    /// <summary>Mirroring is switched off.</summary>
    Disabled,

    /// <summary>The request is a copy itself.</summary>
    Loop,

    /// <summary>The request asks for another protocol, or for a tunnel.</summary>
    Upgrade,

    /// <summary>The request belongs to a connection of SignalR or Blazor.</summary>
    Hub,

    /// <summary>The request is a gRPC call that streams its requests. Known only while its body is read.</summary>
    Streaming,

    /// <summary>A target that is not sent: <c>OPTIONS *</c>, which the platform's HTTP client cannot, and one that may climb out of the path of the address.</summary>
    Target,

    /// <summary>Its endpoint says so.</summary>
    Endpoint,

    /// <summary>The request may change something, and the shadow receives reads only.</summary>
    Writes,

    /// <summary>An operator has paused the shadow.</summary>
    Paused,

    /// <summary>A rule leaves it out, or a predicate of the app's, or the request could not be looked at.</summary>
    Rule,

    /// <summary>The draw went against it.</summary>
    NotSampled,

    /// <summary>The app's response is none of those that the deciding rule, or a predicate of the app's, asks for. Known only when the app is done.</summary>
    ResponseStatus,
}
