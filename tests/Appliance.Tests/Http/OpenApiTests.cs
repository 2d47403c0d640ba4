using System.Text.Json.Nodes;
using Tandem.Http;
using Tandem.Tests.Storage;
using Xunit;

namespace Tandem.Tests.Http;

public sealed class OpenApiTests(PostgresCluster cluster)
{
    [Fact]
    public async Task The_document_has_every_operation_once_and_its_references_lead_somewhere()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        using ApiClient anybody = rig.Client();
        JsonNode document = (await anybody.GetAsync("/openapi.json")).Body!;
        Assert.Equal("3.1.0", document["openapi"]!.ToString());
        List<string> ids = [];
        foreach (ApiOperation operation in ApiOperations.All)
        {
            JsonNode? described = document["paths"]!["/api/v1" + operation.Route]?[operation.Method.ToLowerInvariant()];
            Assert.True(described is not null, $"{operation.Method} {operation.Route} is missing");
            ids.Add(described["operationId"]!.ToString());
            Assert.Equal(operation.PathParameters.Order(), described["parameters"]!.AsArray().Where(parameter => parameter!["in"]!.ToString() == "path")
                .Select(parameter => parameter!["name"]!.ToString()).Order());
        }
        Assert.Equal(ids.Count, ids.Distinct().Count());
        foreach (string reference in References(document))
        {
            JsonNode? at = document;
            foreach (string part in reference.TrimStart('#', '/').Split('/')) at = at?[part];
            Assert.True(at is not null, $"{reference} leads nowhere");
        }
        string[] passwords = [.. document["components"]!["schemas"]!.AsObject().Where(schema => schema.Value!["properties"] is JsonObject fields
            && fields.Any(field => field.Key.Contains("password", StringComparison.Ordinal) && !field.Key.StartsWith("must_", StringComparison.Ordinal))).Select(schema => schema.Key)];
        Assert.Equal(["Carrier", "PersonSecret", "UserSecret"], passwords.Order());    // a carrier's is never filled in; the others are shown once, when they are made
    }

    [Fact]
    public async Task Every_operation_has_a_sentence_and_every_field_says_what_it_is()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        using ApiClient anybody = rig.Client();
        JsonObject document = (await anybody.GetAsync("/openapi.json")).Body!.AsObject();
        List<string> silent = [];
        int examples = 0;
        foreach ((string path, JsonNode? operations) in document["paths"]!.AsObject())
        {
            foreach ((string method, JsonNode? operation) in operations!.AsObject())
            {
                if (operation!["summary"] is not JsonValue sentence || sentence.ToString().Length < 10) silent.Add($"{method} {path}");
                foreach (JsonNode? parameter in operation["parameters"]!.AsArray())
                    if (parameter!["description"] is null) silent.Add($"{method} {path} {parameter["name"]}");
                Fields($"{method} {path}", operation["requestBody"]?["content"]?["application/json"]?["schema"]);
            }
        }
        foreach ((string name, JsonNode? schema) in document["components"]!["schemas"]!.AsObject()) Fields(name, schema);
        Assert.True(silent.Count == 0, string.Join('\n', silent));
        Assert.True(examples > 40, $"only {examples} examples");

        void Fields(string where, JsonNode? schema)
        {
            foreach ((string field, JsonNode? form) in schema?["properties"] as JsonObject ?? [])
            {
                if (form!["description"] is null) silent.Add($"{where} {field}");
                if (form["examples"] is not null) examples++;
                Fields($"{where} {field}", form);
                Fields($"{where} {field}", form["items"]);
            }
        }
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => field.Key == "$ref" ? [field.Value!.ToString()] : References(field.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };
}
