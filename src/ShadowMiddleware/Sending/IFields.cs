namespace ShadowMiddleware.Sending;

/// <summary>What header fields of a copy are written to.</summary>
internal interface IFields
{
    void Add(string name, string value);
}
