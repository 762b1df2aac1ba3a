using System.Security.Cryptography;
using System.Text;

namespace ShadowMiddleware.Fuzzer.Generation;

/// <summary>All that one client does on one connection. The same seed and number make the same case.</summary>
internal sealed class FuzzCase
{
    public required int Number { get; init; }

    /// <summary>Whether it goes to the endpoint that speaks HTTP/2 and nothing else.</summary>
    public bool IsHttp2 { get; init; }

    public required IReadOnlyList<Step> Steps { get; init; }

    /// <summary>
    /// Whether the client sends a body without waiting for "100 Continue". The server says it only when it looks for the body before
    /// it has arrived.
    /// </summary>
    public required bool ContinueIsChance { get; init; }

    /// <summary>
    /// The bodies of the requests, by the order in which the client began them. Empty when the framing is broken or ambiguous, so that
    /// only the server can say what the bodies are.
    /// </summary>
    public required IReadOnlyDictionary<int, SentBody> Bodies { get; init; }

    /// <summary>The same bytes from a client that does not leave.</summary>
    public FuzzCase Staying() =>
        new()
        {
            Number = Number,
            IsHttp2 = IsHttp2,
            ContinueIsChance = ContinueIsChance,
            Bodies = Bodies,
            Steps = [.. Steps.Where(step => step.Kind is StepKind.Send or StepKind.Pause or StepKind.AwaitData)],
        };

    /// <summary>Two cases with the same digest are the same.</summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var step in Steps)
        {
            Append(step.Kind.ToString(), step.Bytes);
        }

        foreach (var (index, body) in Bodies.OrderBy(body => body.Key))
        {
            Append($"Body {index} {body.IsEnded}", body.Bytes);
        }

        Append(ContinueIsChance.ToString(), []);
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Append(string name, byte[] bytes)
        {
            hash.AppendData(Encoding.ASCII.GetBytes($"{name} {bytes.Length}\n"));
            hash.AppendData(bytes);
        }
    }
}
