using System.Diagnostics;
using System.Text;
using ShadowMiddleware.FunctionalTests.Common;

namespace ShadowMiddleware.FunctionalTests.Shaping;

/// <summary>What is redacted, and what is refused, is nowhere else either. Listeners are of the whole process.</summary>
[Collection(Alone.Name)]
public sealed class RedactionLeakTests : FunctionalTest
{
    private const string Secret = "hush-hush";

    private static readonly string[] _bodies =
    [
        """{"card":{"number":"hush-hush"}}""",
        """{"card":{"number":"hush-hush"},}""",
        Secret,
    ];

    [Fact]
    public async Task Secret_IsInNoLogAndNoTrace()
    {
        var traced = new List<string?>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name != "Microsoft.AspNetCore",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (traced)
                {
                    traced.Add($"{activity.DisplayName} {string.Join(' ', activity.TagObjects)}");
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var shadow = RawShadow.Start();
        await using var environment = await new MirrorEnvironment
        {
            Shadows = { ["v2"] = shadow.Address },
            Settings = { ["Shadows:v2:RedactQuery:0"] = "token", ["Shadows:v2:RedactJson:0"] = "/card/number" },
        }.StartAsync(Token);

        foreach (var body in _bodies)
        {
            await environment.Primary.ExchangeAsync(
                RawRequest.Build(
                    "POST",
                    $"/x?token={Secret}",
                    ["Content-Type: application/json"],
                    Encoding.UTF8.GetBytes(body)
                ),
                Token
            );
        }

        await environment.WaitUntilLedgerIsAsync("seen 3, dropped.transform_failed 2, completed.2xx 1", Token);
        lock (traced)
        {
            Assert.NotEmpty(traced);
            Assert.DoesNotContain(traced, text => text!.Contains(Secret, StringComparison.Ordinal));
        }

        // The server itself logs the target of the request to the app.
        Assert.NotEmpty(environment.Logs.OfLibrary);
        Assert.DoesNotContain(
            environment.Logs.OfLibrary,
            entry => entry.ToString().Contains(Secret, StringComparison.Ordinal)
        );
    }
}
