using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Logging;

namespace ShadowMiddleware.Tests.Documentation;

/// <summary>The readme lists every log event with the id, the name and the level that the code gives it.</summary>
public class LogReferenceTests
{
    private const BindingFlags Declared =
        BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    [Fact]
    public void The_events_are_those_of_the_code()
    {
        var written = typeof(TrafficMirroringOptions)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(Declared))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .Select(message =>
                $"{message.EventId.ToString(CultureInfo.InvariantCulture)} {message.EventName} {message.Level}"
            )
            .ToArray();

        var listed = MarkdownDocument
            .Load("README.md")
            .Table("Log events")
            .Select(row => $"{row[0]} {MarkdownDocument.Code(row[1]).Single()} {row[2]}");

        Assert.NotEmpty(written);
        Assert.Equal(written.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }
}
