using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace ShadowMiddleware.Fuzzer.Apps;

/// <summary>A request as the server handed it to the app, in front of the middleware under test.</summary>
internal sealed class Arrival
{
    /// <summary>Added to the request in front of the middleware, so that its copy can be told from all others.</summary>
    public required string Id { get; init; }

    public required ConnectionLog Connection { get; init; }

    /// <summary>Which request of its connection it is, in the order in which the client began them.</summary>
    public required int Index { get; init; }

    public required bool IsHttp2 { get; init; }

    public required string Method { get; init; }

    public required string RawTarget { get; init; }

    /// <summary>The path, decoded.</summary>
    public required string Path { get; init; }

    /// <summary>The query as the server cut it off the target, with its question mark.</summary>
    public required string Query { get; init; }

    public required IReadOnlyList<KeyValuePair<string, StringValues>> Headers { get; init; }

    /// <summary>Whether the server sees a body in the framing.</summary>
    public required bool CanHaveBody { get; init; }

    public required bool IsUpgradable { get; init; }

    /// <summary>Whether the app met the end of the body, so that nothing but the mirror could have lost a byte of it.</summary>
    public bool ReadToEnd { get; set; }

    /// <summary>
    /// Whether something in front of the middleware took bytes of the body, so that a copy would lack them;
    /// <see langword="null"/> when it may have.
    /// </summary>
    public bool? TakenBefore { get; set; } = false;

    /// <summary>The status when the app was done, at the mirror's place; 500 for an exception.</summary>
    public int? Status { get; set; }

    /// <summary>What the mirror left standing in the request when it was done; <see langword="null"/> when that is nothing.</summary>
    public string? LeftBehind { get; set; }

    /// <summary>The body as the server gave it; only an app that does nothing but record fills this in.</summary>
    public byte[]? Body { get; set; }

    public static Arrival Of(HttpContext context) => (Arrival)context.Items[typeof(Arrival)]!;

    public StringValues this[string name] =>
        Headers.FirstOrDefault(field => field.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public bool Has(string name) => this[name].Count > 0;

    public override string ToString() =>
        $"{Method} {Escaped.Text(Encoding.UTF8.GetBytes(RawTarget))} (body: {(CanHaveBody ? "possible" : "none")}, read to the end: {ReadToEnd}, status: {Status})\n"
        + string.Join(
            '\n',
            Headers.Select(field => $"  {field.Key}: {string.Join(" | ", field.Value.AsEnumerable())}")
        );
}
