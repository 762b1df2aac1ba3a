namespace ShadowMiddleware.Fuzzer;

/// <summary>Something that a law forbids. Ends the run.</summary>
internal sealed class FuzzFailure : Exception
{
    public FuzzFailure()
        : this("") { }

    public FuzzFailure(string message)
        : base(message) { }

    public FuzzFailure(string message, Exception innerException)
        : base(message, innerException) { }

    /// <param name="message">What is wrong, with all that a person needs to see it.</param>
    /// <param name="fuzzCase">The case that shows it; <see langword="null"/> when the run as a whole does.</param>
    public FuzzFailure(string message, int? fuzzCase)
        : base(message) => Case = fuzzCase;

    public int? Case { get; init; }
}
