using ShadowMiddleware.Configuration;

namespace ShadowMiddleware;

/// <summary>One shadow: where copies go, which requests are copied, what a copy looks like and how much it may cost.</summary>
public sealed partial class ShadowOptions
{
    /// <summary>Where copies are sent.</summary>
    /// <value>
    /// Required. An absolute http or https address without query, fragment or user info. A path in it is put before the path of each
    /// request. No request can change the host or the port.
    /// </value>
    public string? Address { get; set; }

    /// <summary>The share of requests to copy.</summary>
    /// <value>In percent; default 100; 0 to 100, fractions allowed. 0 and 100 are exact; between them <see cref="SampleBy"/> decides.</value>
    public double Percent
    {
        get => PercentIfSet ?? TrafficMirroringDefaults.Percent;
        set => PercentIfSet = value;
    }

    /// <summary>What somebody wrote, as opposed to the default: who writes 100 beside rules has said what all others get.</summary>
    internal double? PercentIfSet { get; private set; }

    /// <summary>What a request's place in the share is drawn from.</summary>
    /// <value>
    /// <para><c>"Random"</c> (default): chance, for each request and each shadow anew.</para>
    /// <para><c>"Header:&lt;name&gt;"</c>, <c>"Cookie:&lt;name&gt;"</c>, <c>"Claim:&lt;type&gt;"</c>: the value decides, the same for the same value, on every
    /// instance and after each restart; a higher share only adds values. A request without a value, or with an empty one, is drawn at random. For claims the middleware has to
    /// stand behind the app's authentication.</para>
    /// <para>Of a header that is repeated, the lines joined by commas are the value. The first look for a cookie parses the request's cookies, which an app that looks for its own then finds parsed; each
    /// look for a claim allocates some 40 bytes. These two are paid for requests that are not copied as well; no other way to draw allocates anything.</para>
    /// <para><c>"TraceId"</c>: the random bits of the request's trace (the low 56 of its id, W3C Trace Context Level 2), as OpenTelemetry's consistent probability
    /// sampling uses them. The <c>TraceIdRatioBasedSampler</c> of its .NET SDK goes by other bits. Without a trace, chance.</para>
    /// </value>
    public string SampleBy { get; set; } = TrafficMirroringDefaults.SampleBy;

    /// <summary>Mixed into the draw by header, cookie or claim, so that two shadows draw independently of one another.</summary>
    /// <value>Default <see langword="null"/>: the shadow's name. Shadows with the same salt draw alike. Ignored by the other ways to draw. Not empty. Clients that write the key and know the salt can choose
    /// on which side they fall.</value>
    public string? Salt { get; set; }

    /// <summary>When the shadow stops by itself: from then on requests are skipped as <c>disabled</c>. What was copied before is still sent.</summary>
    /// <value>Default <see langword="null"/>: never. A moment in the past is valid, and one warning says that the shadow is off.</value>
    public DateTimeOffset? Until { get; set; }

    /// <summary>What happens to requests with methods other than GET, HEAD, OPTIONS, TRACE, QUERY, PROPFIND, REPORT and SEARCH.</summary>
    /// <value>Default <see cref="WritePolicy.Mirror"/>: writes are copied, and the shadow carries them out a second time.</value>
    public WritePolicy Writes { get; set; } = TrafficMirroringDefaults.Writes;

    /// <summary>Names of header fields that are left out of the copy. Applied before <see cref="SetHeaders"/>.</summary>
    /// <value>
    /// Default empty: credentials and cookies are copied. Names are written out, there are no wildcards. Host, the tag, framing and hop-by-hop fields cannot be named.
    /// </value>
    public IList<string> RemoveHeaders { get; } = [];

    /// <summary>Header fields that the copy carries instead of, or on top of, what the request carried.</summary>
    /// <value>
    /// Default empty. Names ignore case, and two that differ only in case are a fault. Host, the tag, framing and hop-by-hop fields cannot be named. Values are treated as secrets:
    /// no message shows them.
    /// </value>
    public IDictionary<string, string> SetHeaders { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How the target of the copy is written.</summary>
    /// <value>Default <see cref="PathFidelity.Raw"/>.</value>
    public PathFidelity PathFidelity { get; set; } = TrafficMirroringDefaults.PathFidelity;

    /// <summary>The longest request body that is copied. A longer one is a drop with the reason <c>body_too_large</c>, never a shortened copy.</summary>
    /// <value>
    /// In bytes; default 1,048,576 (1 MiB); 0 to <see cref="TrafficMirroringOptions.MaxBufferedBytes"/>. The default gives way to a
    /// smaller budget; a value that was set and exceeds it is a fault.
    /// </value>
    public long MaxBodyBytes
    {
        get => MaxBodyBytesIfSet ?? TrafficMirroringDefaults.MaxBodyBytes;
        set => MaxBodyBytesIfSet = value;
    }

    /// <summary>What somebody asked for, as opposed to the default: only that can contradict the budget.</summary>
    internal long? MaxBodyBytesIfSet { get; private set; }

    /// <summary>How many copies may wait to be sent. When it is full, a copy is dropped with the reason <c>queue_full</c>.</summary>
    /// <value>Default 1,024; 1 to 1,000,000.</value>
    public int QueueCapacity { get; set; } = TrafficMirroringDefaults.QueueCapacity;

    /// <summary>How many copies may be on their way at once.</summary>
    /// <value>Default 64; 1 to 1,024.</value>
    public int MaxConcurrency { get; set; } = TrafficMirroringDefaults.MaxConcurrency;

    /// <summary>
    /// How many copies a second may be made, with bursts of one second's worth. What exceeds it is dropped as <c>rate_limited</c>;
    /// requests that never become copies do not count.
    /// </summary>
    /// <value>Default <see langword="null"/>: no limit. Otherwise 0.001 to 1,000,000; below 1, one copy at a time in the interval that follows from it.</value>
    public double? MaxRequestsPerSecond { get; set; }

    /// <summary>How long a copy may wait between the hand-over (the end of the primary's response) and its send. Later it is dropped as <c>expired</c>.</summary>
    /// <value>Default 5 seconds; 1 millisecond to 1 day.</value>
    public TimeSpan QueueTimeout { get; set; } = TrafficMirroringDefaults.QueueTimeout;

    /// <summary>How long a send may take, connecting and the whole of the shadow's response included.</summary>
    /// <value>Default 10 seconds; 10 milliseconds to 1 day.</value>
    public TimeSpan Timeout { get; set; } = TrafficMirroringDefaults.Timeout;

    /// <summary>The HTTP version of the copy.</summary>
    /// <value>
    /// <see langword="null"/> (default): 2 where TLS negotiates it by ALPN, else 1.1. <c>"1.1"</c> or <c>"2"</c>: exactly that, for
    /// http addresses too. A gRPC request is always sent as 2.
    /// </value>
    public string? HttpVersion { get; set; }

    /// <summary>When sends to a shadow that cannot be reached pause, and for how long.</summary>
    /// <value>Never <see langword="null"/>.</value>
    public CircuitBreakerOptions CircuitBreaker { get; } = new();
}
