using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using ShadowMiddleware.Fuzzer.Apps;

namespace ShadowMiddleware.Fuzzer.Plans;

/// <summary>The app's own code within the mirror: predicates and a transform that do as the request says.</summary>
internal static class PlannedCode
{
    public const string Throw = "throw";
    public const string No = "no";
    public const string TransformedPath = "/transformed";
    public const string TransformedQuery = "?token=hush-hush&x=1";
    public const string TransformedField = "X-Transformed";
    public const string TransformedMethod = "PUT";
    public const string TransformedType = "application/json";

    public static ReadOnlySpan<byte> TransformedBody => """{"card":{"number":"hush-hush"},"by":"transform"}"""u8;

    public static bool When(HttpContext context) => Says(context.Request.Headers[ChoiceFields.When]);

    public static bool WhenResponse(HttpContext context) => Says(context.Request.Headers[ChoiceFields.WhenResponse]);

    public static void Transform(MirroredRequest request)
    {
        switch (request.Headers.Get(ChoiceFields.Transform))
        {
            case Throw:
                throw new PlannedException();
            case "path":
                request.Path = TransformedPath;
                break;
            case "query":
                request.Query = TransformedQuery;
                break;
            case "body":
                request.SetBody(TransformedBody.ToArray());
                request.Headers.Set("Content-Type", TransformedType);
                request.Headers.Remove("Content-Encoding");
                break;
            case "field":
                request.Headers.Set(TransformedField, "1");
                break;
            case "method":
                request.Method = TransformedMethod;
                break;
        }
    }

    private static bool Says(StringValues field) =>
        field.ToString() switch
        {
            Throw => throw new PlannedException(),
            No => false,
            _ => true,
        };
}
