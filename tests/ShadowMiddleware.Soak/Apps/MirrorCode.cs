using System.Globalization;
using Microsoft.AspNetCore.Http;
using ShadowMiddleware.Soak.Shadows;
using ShadowMiddleware.Soak.Traffic;

namespace ShadowMiddleware.Soak.Apps;

/// <summary>The app's own code within the mirror. What it does with a request depends on the number of its ticket alone.</summary>
internal static class MirrorCode
{
    /// <summary>Set by the transform, to the number of the ticket.</summary>
    public const string Field = "X-Transformed";

    // Prime, so that each meets all else that goes by the number.
    private const int WhenPeriod = 41;
    private const int WhenResponsePeriod = 43;
    private const int TransformPeriod = 47;

    /// <summary>The shadow whose requests are chosen by predicates too.</summary>
    public const string ChosenShadow = ShadowNames.Exact;

    /// <summary>The shadow whose copies pass the transform.</summary>
    public const string TransformedShadow = ShadowNames.ExactHttp2;

    public static bool When(HttpContext context) => Says(context, WhenPeriod);

    public static bool WhenResponse(HttpContext context) => Says(context, WhenResponsePeriod);

    public static void Transform(MirroredRequest request)
    {
        if (!Ticket.TryParse(request.Headers.Get(Ticket.Field), out var ticket) || Throws(ticket.Id, TransformPeriod))
        {
            throw new PlannedException();
        }

        request.Headers.Set(Field, ticket.Id.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Whether no copy of a request may reach a shadow.</summary>
    public static bool Excludes(string shadow, int id) =>
        shadow switch
        {
            ChosenShadow => Throws(id, WhenPeriod)
                || Refuses(id, WhenPeriod)
                || Throws(id, WhenResponsePeriod)
                || Refuses(id, WhenResponsePeriod),
            TransformedShadow => Throws(id, TransformPeriod),
            _ => false,
        };

    private static bool Says(HttpContext context, int period)
    {
        if (!Ticket.TryParse(context.Request.Headers[Ticket.Field], out var ticket))
        {
            return true;
        }

        return Throws(ticket.Id, period) ? throw new PlannedException() : !Refuses(ticket.Id, period);
    }

    private static bool Throws(int id, int period) => id % period == 1;

    private static bool Refuses(int id, int period) => id % period == 2;
}
