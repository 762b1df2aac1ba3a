using System.Collections.Frozen;
using System.Diagnostics;
using Microsoft.Net.Http.Headers;

namespace ShadowMiddleware.Sending;

/// <summary>
/// The fields in which a request carries its trace. A copy is a trace of its own: with the trace of the request, the shadow's spans would
/// become children of the client's.
/// </summary>
internal sealed class TraceFields
{
    private readonly FrozenSet<string> _names;

    /// <param name="propagators">
    /// What the app reads traces with: in other fields than the standard ones, perhaps. Baggage stays, because it belongs to the request.
    /// </param>
    public TraceFields(params IEnumerable<DistributedContextPropagator> propagators) =>
        _names = propagators
            .SelectMany(static propagator => propagator.Fields)
            .Append(HeaderNames.TraceParent)
            .Append(HeaderNames.TraceState)
            .Except([HeaderNames.Baggage, HeaderNames.CorrelationContext], StringComparer.OrdinalIgnoreCase)
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public bool Contains(string name) => _names.Contains(name);
}
