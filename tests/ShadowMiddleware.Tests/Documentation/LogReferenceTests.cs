using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Logging;
using ShadowMiddleware.Diagnostics;

namespace ShadowMiddleware.Tests.Documentation;

/// <summary>Every log event has its id and its name from one table, and its place in the document.</summary>
public class LogReferenceTests
{
    private const string Document = "docs/events.md";
    private const string Mark = "## ";
    private const string Advice = "**What to do:** ";

    private const BindingFlags Declared =
        BindingFlags.Static
        | BindingFlags.Instance
        | BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.DeclaredOnly;

    private static readonly LoggerMessageAttribute[] _events =
    [
        .. typeof(TrafficMirroringOptions)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(Declared))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>(),
    ];

    private static readonly (string Name, int Id)[] _ids =
    [
        .. typeof(EventIds)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(id => (id.Name, (int)id.GetRawConstantValue()!)),
    ];

    [Fact]
    public void An_id_stands_for_one_event()
    {
        Assert.Equal(_ids.Length, _ids.Select(id => id.Id).Distinct().Count());
        Assert.Equal(_events.Length, _events.Select(message => message.EventId).Distinct().Count());
    }

    [Fact]
    public void The_ids_and_names_are_those_of_the_table()
    {
        Assert.Equal(
            _ids.Select(id => $"{id.Id} {id.Name}").Order(StringComparer.Ordinal),
            _events.Select(message => $"{message.EventId} {message.EventName}").Order(StringComparer.Ordinal)
        );
    }

    /// <summary>What an event means is written by hand below its message; all else follows from the code.</summary>
    [Fact]
    public void The_document_has_the_level_and_the_message_of_each_event()
    {
        var parts = Repository.Read(Document).Split(Mark);
        var explanations = parts
            .Skip(1)
            .Select(part => part.Split("\n\n", 3))
            .ToDictionary(part => part[0], part => part[2].Trim(), StringComparer.Ordinal);

        var expected = _events
            .OrderBy(message => message.EventId)
            .Select(message =>
                $"{Mark}{Heading(message)}\n\n{message.Level}: `{message.Message}`\n\n{explanations.GetValueOrDefault(Heading(message), Advice)}\n"
            );

        GeneratedFile.AssertUpToDate(Document, parts[0] + string.Join('\n', expected));
    }

    [Fact]
    public void The_document_says_what_each_event_means_and_what_to_do()
    {
        var document = MarkdownDocument.Load(Document);

        Assert.All(
            _events,
            message =>
            {
                var lines = document.Section(Heading(message)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
                Assert.True(lines.Length >= 3, "It says too little.");
                Assert.StartsWith(Advice, lines[^1], StringComparison.Ordinal);
                Assert.NotEqual("", lines[^1][Advice.Length..].Trim());
            }
        );
    }

    private static string Heading(LoggerMessageAttribute message) =>
        string.Create(CultureInfo.InvariantCulture, $"{message.EventId} {message.EventName}");
}
