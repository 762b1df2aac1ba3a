namespace ShadowMiddleware;

/// <summary>One rule of a shadow: which requests it is for, what share of them is copied, and which responses keep the copy.</summary>
/// <remarks>
/// The conditions (<see cref="Methods"/>, <see cref="Hosts"/>, <see cref="Paths"/>, <see cref="Headers"/>, <see cref="Query"/>) must all hold; of the values in a list, one is
/// enough. An empty condition holds for every request. The first rule whose conditions hold decides, and no rule behind it is looked at. An instance belongs to the code that is
/// configuring it; changing it later has no effect.
/// </remarks>
public sealed class MirroringRule
{
    /// <summary>The methods that the rule is for.</summary>
    /// <value>Default empty: all. Registered methods in upper case; each stands for itself alone, so GET is not HEAD. CONNECT is never copied, and a fault here.</value>
    public IList<string> Methods { get; } = [];

    /// <summary>The hosts that the rule is for.</summary>
    /// <value>
    /// Default empty: all. Names without a port, <c>*.example.com</c> for all names below one at any depth, but not for that one, and IP addresses, IPv6 in brackets. They are compared with
    /// the request's <c>Host</c> without its port, ignoring case. A name with other letters than ASCII stands for its encoded form (<c>xn--</c>).
    /// </value>
    public IList<string> Hosts { get; } = [];

    /// <summary>The paths that the rule is for.</summary>
    /// <value>
    /// Default empty: all. Route patterns such as <c>/orders/{id:int}</c> or <c>/catalog/{**rest}</c>. They are matched as routing matches them: with the decoded path behind
    /// <c>PathBase</c>, ignoring case and one slash at the end. A segment is text or one parameter; the constraints are those of routing without <c>regex</c> and those of the app's own.
    /// </value>
    public IList<string> Paths { get; } = [];

    /// <summary>Header fields that a request must carry.</summary>
    /// <value>
    /// Default empty: none. Names ignore case. A value is compared as a whole, case and all, with each line of the field; it has no blank at an end and no control character. There are no wildcards. Treated as secrets: no message shows a value.
    /// </value>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Parameters that the query must have.</summary>
    /// <value>
    /// Default empty: none. Decoded names, ignoring case, and decoded values, case and all. Of a parameter that is repeated, one value is enough. There are no wildcards. Treated as secrets: no message shows a value.
    /// </value>
    public IDictionary<string, string> Query { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The share of the rule's requests to copy.</summary>
    /// <value>
    /// In percent; default <see langword="null"/>: that of the shadow. 0 to 100, fractions allowed. 0 leaves them out, with the reason <c>rule</c>.
    /// </value>
    public double? Percent { get; set; }

    /// <summary>Whether requests that the rule decides on count as reads for <see cref="ShadowOptions.Writes"/>, whatever their method.</summary>
    /// <value>Default <see langword="false"/>. For requests that use POST and change nothing, such as searches and GraphQL queries.</value>
    public bool TreatAsRead { get; set; }

    /// <summary>The statuses of the app's response that keep a copy. Checked when the app is done; with another status the request is skipped as <c>response_status</c>.</summary>
    /// <value>
    /// Default empty: all. A status such as <c>404</c> (100 to 599), or a class such as <c>2xx</c>. An exception that leaves the app counts as 500. Otherwise the status is the one that stands in the
    /// response when the app is done, at this place of the pipeline, whether it was sent or not.
    /// </value>
    public IList<string> ResponseStatus { get; } = [];
}
