namespace ShadowMiddleware.FunctionalTests.Reloading;

/// <summary>A change that has to be refused as a whole.</summary>
/// <param name="Changes">What is changed; some of it is good, and must not be in force either.</param>
/// <param name="Faults">The keys that the one line about it has to name.</param>
internal sealed record BadReload((string Key, string? Value)[] Changes, string[] Faults)
{
    public static readonly BadReload[] All =
    [
        new(
            [("TagHeader", "X-Other"), ("Shadows:v2:Percent", "101"), ("Shadows:v2:Address", "nowhere")],
            ["Shadows:v2:Percent", "Shadows:v2:Address"]
        ),
        new(
            [("Shadows:v2:Writes", "Skip"), ("Shadows:v2:Writs", "Skip"), ("MaxBufferedBytes", "-1")],
            ["Shadows:v2:Writs", "MaxBufferedBytes"]
        ),
        new(
            [
                ("Shadows:v2:Until", "2001-01-01T00:00:00Z"),
                ("Shadows:v2:Rules:0:Paths:0", "/{open"),
                ("Shadows:v2:RedactJson:0", "no pointer"),
                ("Shadows:v2:RewritePath:Pattern", "("),
            ],
            ["Shadows:v2:Rules:0:Paths:0", "Shadows:v2:RedactJson:0", "Shadows:v2:RewritePath:Pattern"]
        ),
        new(
            [("Shadows:v2:Address", null), ("Shadows:Third:Address", "http://localhost"), ("Enabled", "perhaps")],
            ["Enabled", "Shadows:v2:Address", "Shadows:Third"]
        ),
    ];
}
