using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Tandem.Http.Access;

namespace Tandem.Http;

/// <summary>The API's own description (OpenAPI 3.1), made from its operations: what is not in it cannot be asked.</summary>
internal static class OpenApiDocument
{
    /// <summary>The plain forms: what texts in queries are also taken for need not be told.</summary>
    private static readonly JsonSerializerOptions s_forms = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.Strict,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>What may be anything is <c>true</c> in JSON Schema and <c>{}</c> to those who read OpenAPI.</summary>
    private static readonly JsonSchemaExporterOptions s_exporting = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, node) =>
        {
            JsonObject form = node as JsonObject ?? [];
            if (context.PropertyInfo is not { } field) return form;
            if (FieldWords.Of(field.DeclaringType, field.Name, field.AttributeProvider) is { } words) form["description"] = words;
            if (FieldWords.ExampleOf(field.DeclaringType, field.Name) is { } example) form["examples"] = new JsonArray(example);
            return form;
        },
    };

    private static readonly Lazy<JsonObject> s_document = new(Make);

    public static JsonObject Document => s_document.Value;

    private static JsonObject Make()
    {
        var schemas = new JsonObject { ["Problem"] = Schema(typeof(ApiProblem)), ["Event"] = EventSchema() };
        var paths = new JsonObject();
        foreach (ApiOperation operation in ApiOperations.All)
        {
            string path = ApiEndpoints.Root + operation.Route;
            if (paths[path] is not JsonObject item) paths[path] = item = [];
            item[operation.Method.ToLowerInvariant()] = Describe(operation, schemas);
        }
        paths[ApiEndpoints.Root + EventStream.Route] = new JsonObject { ["get"] = DescribeEvents() };
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Tandem",
                ["version"] = ProductVersion.Text,
                ["description"] = "Everything that can be asked of the appliance. Lists come in pages: give `next` as `cursor`. Objects have an ETag; a change with If-Match is refused with 412 where somebody was faster.",
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }, new JsonObject { ["session"] = new JsonArray(), ["csrf"] = new JsonArray() }),
            ["tags"] = new JsonArray([.. ApiOperations.All.Select(Tag).Append("events").Distinct().Select(tag => (JsonNode)new JsonObject { ["name"] = tag, ["description"] = OperationWords.OfTag(tag) })]),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas,
                ["responses"] = new JsonObject
                {
                    ["Problem"] = new JsonObject
                    {
                        ["description"] = "It was not done; the body says why, and which field is wrong (RFC 9457).",
                        ["content"] = new JsonObject { ["application/problem+json"] = new JsonObject { ["schema"] = Reference("Problem") } },
                    },
                },
                ["securitySchemes"] = new JsonObject
                {
                    ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
                    ["session"] = new JsonObject { ["type"] = "apiKey", ["in"] = "cookie", ["name"] = PublicDoor.SecureCookie },
                    ["csrf"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = PublicDoor.CsrfField },
                },
            },
        };
    }

    private static JsonObject Describe(ApiOperation operation, JsonObject schemas)
    {
        bool hasBody = operation.Method is "POST" or "PUT" or "PATCH";
        JsonObject input = Schema(operation.Input);
        JsonObject fields = input["properties"] as JsonObject ?? [];
        HashSet<string> required = [.. (input["required"] as JsonArray ?? []).Select(name => name!.ToString())];
        var parameters = new JsonArray();
        foreach (string name in operation.PathParameters) parameters.Add(Parameter(name, "path", true, fields[name]));
        var rest = new JsonObject();
        foreach ((string name, JsonNode? form) in fields)
        {
            if (operation.PathParameters.Contains(name)) continue;
            if (hasBody) rest[name] = form!.DeepClone();
            else parameters.Add(Parameter(name, "query", required.Contains(name), form));
        }
        if (operation.ItemOfList is not null)
        {
            parameters.Add(Parameter("limit", "query", false, new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = ListCursor.MostItems, ["default"] = ListCursor.DefaultLimit }, "Items on a page."));
            parameters.Add(Parameter("cursor", "query", false, new JsonObject { ["type"] = "string" }, "The next of the page before; without it the first page."));
        }
        var text = new JsonObject { ["type"] = "string" };
        if (operation.Method == "GET") parameters.Add(Parameter("If-None-Match", "header", false, text, "The ETag that the caller has: what has not changed is a 304."));
        else if (operation.PathParameters.Count > 0) parameters.Add(Parameter("If-Match", "header", false, text, "The ETag that the change is made for: 412 where somebody was faster."));
        var described = new JsonObject
        {
            ["operationId"] = Id(operation),
            ["tags"] = new JsonArray(Tag(operation)),
            ["summary"] = OperationWords.Of(operation),
            ["description"] = $"Role: {operation.Role.ToString().ToLowerInvariant()}. Scope: {operation.Scope ?? "none"}.",
            ["x-role"] = operation.Role.ToString().ToLowerInvariant(),
            ["x-scope"] = operation.Scope,
            ["parameters"] = parameters,
            ["responses"] = Responses(operation, schemas),
        };
        if (operation.Role == ApiRole.None) described["security"] = new JsonArray(new JsonObject());
        if (rest.Count > 0)
        {
            var body = new JsonObject { ["type"] = "object", ["properties"] = rest, ["additionalProperties"] = false };
            JsonNode[] needed = [.. required.Where(name => rest.ContainsKey(name)).Order(StringComparer.Ordinal).Select(name => JsonValue.Create(name))];
            if (needed.Length > 0) body["required"] = new JsonArray(needed);
            described["requestBody"] = new JsonObject
            {
                ["required"] = needed.Length > 0,
                ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = body } },
            };
        }
        return described;
    }

    private static JsonObject Responses(ApiOperation operation, JsonObject schemas)
    {
        var done = new JsonObject
        {
            ["description"] = "Done.",
            ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = Result(operation, schemas) } },
        };
        if (operation.Method == "GET" || operation.PathParameters.Count > 0)
            done["headers"] = new JsonObject { ["ETag"] = new JsonObject { ["description"] = "For If-None-Match and If-Match.", ["schema"] = new JsonObject { ["type"] = "string" } } };
        var answers = new JsonObject { ["200"] = done };
        if (operation.Method == "GET") answers["304"] = new JsonObject { ["description"] = "The caller has this already." };
        answers["default"] = new JsonObject { ["$ref"] = "#/components/responses/Problem" };
        return answers;
    }

    private static JsonObject Result(ApiOperation operation, JsonObject schemas)
    {
        if (operation.ItemOfList is { } item) return PageOf(Named(item, schemas));
        if (operation.Output.IsGenericType && operation.Output.GetGenericTypeDefinition() == typeof(Page<>)) return PageOf(Named(operation.Output.GetGenericArguments()[0], schemas));
        return Named(operation.Output, schemas);
    }

    private static JsonObject PageOf(JsonObject item) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["items"] = new JsonObject { ["type"] = "array", ["items"] = item, ["description"] = "What is on this page." },
            ["next"] = new JsonObject { ["type"] = new JsonArray("string", "null"), ["description"] = "The cursor of the next page; null: this is the last." },
        },
        ["required"] = new JsonArray("items", "next"),
    };

    private static JsonObject Named(Type type, JsonObject schemas)
    {
        JsonObject form = Schema(type);
        if (form["properties"] is null) return form;
        string name = type.Name;
        if (schemas[name] is { } other && !JsonNode.DeepEquals(other, form)) name = type.DeclaringType?.Name + name;
        schemas[name] ??= form;
        return Reference(name);
    }

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    private static JsonObject Schema(Type type)
    {
        JsonObject form = s_forms.GetJsonSchemaAsNode(type, s_exporting).AsObject();
        if (form["type"] is JsonArray) form["type"] = "object";    // a record itself is never null
        return form;
    }

    private static JsonObject Parameter(string name, string place, bool required, JsonNode? form, string? words = null)
    {
        JsonNode schema = form?.DeepClone() ?? new JsonObject { ["type"] = "string" };
        words ??= schema["description"]?.ToString();
        (schema as JsonObject)?.Remove("description");
        return new JsonObject { ["name"] = name, ["in"] = place, ["required"] = required, ["description"] = words, ["schema"] = schema };
    }

    private static string Tag(ApiOperation operation) => operation.Route.Split('/')[1];

    /// <summary><c>PUT /users/{name}/password</c> is <c>putUsersByNamePassword</c>.</summary>
    private static string Id(ApiOperation operation) => operation.Method.ToLowerInvariant() + string.Concat(operation.Route
        .Split('/', StringSplitOptions.RemoveEmptyEntries).Select(part => part.StartsWith('{') ? "By" + Pascal(part.Trim('{', '}')) : Pascal(part)));

    private static string Pascal(string words) => string.Concat(words.Split('-', '_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    private static JsonObject EventSchema() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["kind"] = new JsonObject { ["type"] = "string", ["description"] = "What happened: call.started, call.state, call.transferred, call.transfer_failed, call.ended, registration.changed, gateway.state, carrier.registration, config.changed, session, ban.added, ban.removed, fraud.alarm.", ["examples"] = new JsonArray("call.started") },
            ["at"] = new JsonObject { ["type"] = "string", ["format"] = "date-time", ["description"] = "When, UTC." },
            ["data"] = new JsonObject { ["type"] = "object", ["additionalProperties"] = true, ["description"] = "What the kind has: call_id, from, to and so on." },
        },
        ["required"] = new JsonArray("kind", "at", "data"),
    };

    private static JsonObject DescribeEvents() => new()
    {
        ["operationId"] = "getEvents",
        ["tags"] = new JsonArray("events"),
        ["summary"] = "Live events as server-sent events; the data of each is an Event",
        ["description"] = $"Role: viewer. Scope: {EventStream.Scope}. A client that comes back with Last-Event-ID gets what it missed; where that is no longer kept, an event of the kind `gap` says so.",
        ["x-role"] = "viewer",
        ["x-scope"] = EventStream.Scope,
        ["parameters"] = new JsonArray(
            Parameter("kind", "query", false, new JsonObject { ["type"] = "string", ["examples"] = new JsonArray("call.,gateway.") }, "Beginnings of kinds, separated by commas; without it every kind."),
            Parameter("Last-Event-ID", "header", false, new JsonObject { ["type"] = "string" }, "The id of the last event that was seen.")),
        ["responses"] = new JsonObject
        {
            ["200"] = new JsonObject
            {
                ["description"] = "A stream without an end.",
                ["content"] = new JsonObject { ["text/event-stream"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } } },
            },
            ["default"] = new JsonObject { ["$ref"] = "#/components/responses/Problem" },
        },
    };
}
