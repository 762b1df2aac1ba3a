namespace ShadowMiddleware.Fuzzer.Generation;

/// <summary>One thing that a client does on its connection.</summary>
internal sealed record Step(StepKind Kind, byte[] Bytes)
{
    public static Step Send(byte[] bytes) => new(StepKind.Send, bytes);

    public static Step Of(StepKind kind) => new(kind, []);
}
