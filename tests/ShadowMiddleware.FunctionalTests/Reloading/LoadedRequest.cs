using System.Globalization;
using System.Text;
using System.Text.Json;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Reloading;

/// <summary>
/// One request of the load. It says its number in the target, in a field and in the body, so that what is lost, doubled or mixed up
/// shows; and it carries a secret, which one of the shadows never gets to see, whatever is in force.
/// </summary>
internal sealed record LoadedRequest(int Number, bool IsWrite, bool IsHeld = false)
{
    public const string NumberField = "X-Id";
    public const string HeldField = "X-Held";
    private const string Secret = "s3cret";

    private string Id => Number.ToString(CultureInfo.InvariantCulture);

    private string Body => IsWrite ? $$"""{"id":"{{Id}}","secret":"{{Secret}}"}""" : "";

    public byte[] ToBytes()
    {
        var target = $"/load/{(IsWrite ? "write" : "read")}?kind=load&id={Id}&token={Secret}";
        var fields = new List<string> { $"{NumberField}: {Id}", "X-Kind: load", "X-First: 1", "X-Second: 2" };
        if (IsHeld)
        {
            fields.Add($"{HeldField}: 1");
        }

        return IsWrite
            ? RawRequest.Build(
                "POST",
                target,
                [.. fields, "Content-Type: application/json"],
                Encoding.UTF8.GetBytes(Body)
            )
            : RawRequest.Get(target, [.. fields]);
    }

    /// <summary>What is wrong with the answer; <see langword="null"/> when nothing is.</summary>
    public string? FaultIn(RawMessage answer)
    {
        var expected = (IsWrite ? 201 : 200, $"{Id}:{Body.Length}");
        return (answer.Status, answer.BodyText) == expected ? null : $"{this} was answered {answer}";
    }

    public static int NumberOf(RecordedRequest copy) =>
        int.Parse(copy.Headers[NumberField].ToString(), CultureInfo.InvariantCulture);

    /// <summary>What is wrong with a copy; <see langword="null"/> when nothing is.</summary>
    /// <param name="copy">The copy.</param>
    /// <param name="isRedacted">Whether its shadow has always asked for that.</param>
    public static string? FaultIn(RecordedRequest copy, bool isRedacted)
    {
        var id = copy.Headers[NumberField].ToString();
        var body = Encoding.UTF8.GetString(copy.Body);
        var isWrite = copy.Method == "POST";
        var ids = copy.Target.Split('?', '&').Where(part => part.StartsWith("id=", StringComparison.Ordinal));
        var isRight =
            ids.SequenceEqual([$"id={id}"])
            && (isWrite ? HasId(body, id) : body.Length == 0)
            && copy.Target.Contains(Secret, StringComparison.Ordinal) == !isRedacted
            && body.Contains(Secret, StringComparison.Ordinal) == (isWrite && !isRedacted);
        return isRight ? null : $"The copy of {id} is {copy.Method} {copy.Target} with {body}";
    }

    // Redacted itself by the second value of RedactJson.
    private static bool HasId(string body, string id)
    {
        using var json = JsonDocument.Parse(body);
        return json.RootElement.GetProperty("id").GetString() is { } found && (found == id || found == "redacted");
    }
}
