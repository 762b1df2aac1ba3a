using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ShadowMiddleware.Configuration;
using ShadowMiddleware.Configuration.Keys;

namespace ShadowMiddleware.Tests.Documentation;

/// <summary>The schema by which editors complete the section in appsettings.json follows from the table of keys.</summary>
public class ConfigurationSchemaTests
{
    private const string File = "src/ShadowMiddleware/ConfigurationSchema.json";
    private const string TimePattern = @"^(\d+\.)?\d{2}:\d{2}:\d{2}(\.\d{1,7})?$";

    private static readonly JsonSerializerOptions _format = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public void The_schema_is_that_of_the_keys()
    {
        // Without definitions: editors merge the schemas of all packages into one.
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["TrafficMirroring"] = Describe(
                    Object(OptionKeys.Tables[0]),
                    "What is mirrored, where to, and within which bounds."
                ),
            },
        };

        GeneratedFile.AssertUpToDate(File, schema.ToJsonString(_format) + "\n");
    }

    private static JsonObject Object(OptionTable table)
    {
        var keys = table.Keys.Where(key => key.IsBuilt).ToArray();
        var required = keys.Where(key => key.IsRequired).Select(key => (JsonNode?)key.Name).ToArray();
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(
                keys.Select(key => KeyValuePair.Create(key.Name, (JsonNode?)Describe(Value(key), Plain(key.Meaning))))
            ),
            ["additionalProperties"] = false,
        };

        // What the section lacks, code or another file may bring along; a rewriting without one of its parts means nothing.
        if (table == RewritePathKeys.Table)
        {
            schema["required"] = new JsonArray(required);
        }

        return schema;
    }

    private static JsonObject Value(OptionKey key)
    {
        var schema = key.Kind switch
        {
            OptionKind.Flag => Type("boolean"),
            OptionKind.Integer => Type("integer"),
            OptionKind.Number => Type("number"),
            OptionKind.Time => new JsonObject { ["type"] = "string", ["pattern"] = TimePattern },
            OptionKind.Moment => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
            OptionKind.Text when key.Choices.Count > 0 => new JsonObject
            {
                ["enum"] = new JsonArray([.. key.Choices.Select(choice => (JsonNode?)choice)]),
            },
            OptionKind.Text => Type("string"),
            OptionKind.Texts => new JsonObject { ["type"] = "array", ["items"] = Type("string") },
            OptionKind.Values => new JsonObject { ["type"] = "object", ["additionalProperties"] = Type("string") },
            OptionKind.Objects => new JsonObject { ["type"] = "array", ["items"] = Object(key.Inner!) },
            OptionKind.NamedObjects => new JsonObject
            {
                ["type"] = "object",
                ["patternProperties"] = new JsonObject { ["^[a-z][a-z0-9-]{0,62}$"] = Object(key.Inner!) },
                ["additionalProperties"] = false,
            },
            _ => Object(key.Inner!),
        };

        AddBounds(schema, key);
        AddDefault(schema, key);
        return schema;
    }

    private static void AddBounds(JsonObject schema, OptionKey key)
    {
        if (key.Kind is not (OptionKind.Integer or OptionKind.Number))
        {
            return;
        }

        if (key.Min is double.Epsilon)
        {
            schema["exclusiveMinimum"] = 0;
        }
        else if (key.Min is { } min)
        {
            schema["minimum"] = Number(min);
        }

        if (key.Max is { } max)
        {
            schema["maximum"] = Number(max);
        }
    }

    private static void AddDefault(JsonObject schema, OptionKey key)
    {
        if (key.IsRequired)
        {
            return;
        }

        switch (key.Default)
        {
            case null when schema["enum"] is JsonArray choices:
                choices.Add((JsonNode?)null);
                break;
            case null:
                schema["type"] = new JsonArray(schema["type"]!.DeepClone(), "null");
                break;
            case bool flag:
                schema["default"] = flag;
                break;
            case string or Enum or TimeSpan:
                schema["default"] = $"{key.Default}";
                break;
            case IFormattable number:
                schema["default"] = Number(number);
                break;
        }
    }

    private static JsonObject Type(string name) => new() { ["type"] = name };

    private static JsonObject Describe(JsonObject schema, string text)
    {
        schema["description"] = text;
        return schema;
    }

    private static JsonNode Number(IFormattable number) =>
        JsonNode.Parse(number.ToString(format: null, CultureInfo.InvariantCulture))!;

    private static string Plain(string meaning) => $"{meaning.Replace("`", "", StringComparison.Ordinal)}.";
}
