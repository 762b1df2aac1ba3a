using QuickStart.Services;

namespace QuickStart;

/// <summary>What a person can try while the services are up.</summary>
internal static class Invitation
{
    public static string For(DemoServices services)
    {
        var (primary, shadow) = (services.PrimaryAddress, services.ShadowAddress);
        return $$"""

            Send V1 something from another terminal:

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
