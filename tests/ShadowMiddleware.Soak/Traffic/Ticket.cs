using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ShadowMiddleware.Soak.Traffic;

/// <summary>What a request says of itself in a header, so that a shadow can tell whether the copy is the request.</summary>
/// <param name="Run">The run that it belongs to.</param>
/// <param name="Id">Counts from 1.</param>
/// <param name="Body">The number of its body; -1 for none.</param>
/// <param name="IsWhole">Whether the client sends, or may send, all of it. One that it does not must never arrive anywhere.</param>
/// <param name="Method">The method.</param>
/// <param name="Target">The target.</param>
internal sealed record Ticket(int Run, int Id, int Body, bool IsWhole, string Method, string Target)
{
    public const string Field = "X-Soak";

    /// <summary>What the cookie of the request is.</summary>
    public string Cookie => string.Create(CultureInfo.InvariantCulture, $"id={Id}");

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Run} {Id} {Body} {(IsWhole ? 1 : 0)} {Method} {Target}");

    public static bool TryParse(string? text, [NotNullWhen(true)] out Ticket? ticket)
    {
        ticket = null;
        var parts = text?.Split(' ') ?? [];
        if (
            parts.Length != 6
            || !int.TryParse(parts[0], CultureInfo.InvariantCulture, out var run)
            || !int.TryParse(parts[1], CultureInfo.InvariantCulture, out var id)
            || !int.TryParse(parts[2], CultureInfo.InvariantCulture, out var body)
            || parts[3] is not ("0" or "1")
        )
        {
            return false;
        }

        ticket = new Ticket(run, id, body, parts[3] == "1", parts[4], parts[5]);
        return true;
    }
}
