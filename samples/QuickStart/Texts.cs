using QuickStart.Services;

namespace QuickStart;

internal static class Texts
{
    public static string Services(DemoServices services) =>
        $"""

            primary  {services.PrimaryAddress}  Orders V1, mirrors what it receives
            shadow   {services.ShadowAddress}  Orders V2, receives the copies
            twin     {services.TwinAddress}  Orders V1 without mirroring, to compare with

            """;

    /// <summary>What a person can try while the services are up.</summary>
    public static string Invitation(DemoServices services)
    {
        var (primary, shadow) = (services.PrimaryAddress, services.ShadowAddress);
        return $$"""

            Send the primary something from another terminal:

              curl '{{primary}}/catalogue/search?q=brass%20M8%2F40'
              curl {{primary}}/orders -H 'Content-Type: application/json' \
                -d '{"id":"mine","customer":"me","lines":[{"sku":"BOLT-M8/40-BR","quantity":12}]}'
              curl {{primary}}/orders/mine

            The shadow received the copies, so it has the order too:

              curl {{shadow}}/orders/mine

            The ledger, until Ctrl+C:

            """;
    }
}
