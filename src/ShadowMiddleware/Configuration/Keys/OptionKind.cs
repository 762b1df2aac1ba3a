namespace ShadowMiddleware.Configuration.Keys;

/// <summary>What is written as the value of a key.</summary>
internal enum OptionKind
{
    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number, with a fraction if need be.</summary>
    Number,

    /// <summary>A span of time: <c>hh:mm:ss</c>, with days in front and fractions behind if need be.</summary>
    Time,

    /// <summary>A date and a time with its offset from UTC (RFC 3339).</summary>
    Moment,

    /// <summary>Text, or one of several names.</summary>
    Text,

    /// <summary>A list of texts.</summary>
    Texts,

    /// <summary>Names with a text each.</summary>
    Values,

    /// <summary>One object with keys of its own.</summary>
    Object,

    /// <summary>A list of objects.</summary>
    Objects,

    /// <summary>Names with an object each.</summary>
    NamedObjects,
}
