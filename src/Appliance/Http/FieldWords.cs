using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tandem.Routing;

namespace Tandem.Http;

/// <summary>What each field means, with its unit and an example, for the API's own description. A field says it itself, or it stands here.</summary>
internal static partial class FieldWords
{
    /// <summary>Objects as they are shown have the words of how they are given.</summary>
    private static readonly Dictionary<Type, Type> s_given = new()
    {
        [typeof(Carrier)] = typeof(CarrierFields),
        [typeof(Gateway)] = typeof(GatewayFields),
        [typeof(Did)] = typeof(DidFields),
        [typeof(Route)] = typeof(RouteFields),
        [typeof(RingGroup)] = typeof(GroupFields),
        [typeof(NumberRule)] = typeof(NumberFields),
        [typeof(Forwarding)] = typeof(ForwardingFields),
    };

    /// <summary>The words; null: there are none.</summary>
    /// <param name="owner">The type that declares it.</param>
    /// <param name="name">As in JSON.</param>
    /// <param name="attributes">Of the field.</param>
    public static string? Of(Type owner, string name, ICustomAttributeProvider? attributes)
    {
        if (attributes?.GetCustomAttributes(typeof(DescriptionAttribute), inherit: false) is [DescriptionAttribute { Description: var own }, ..]) return own;
        if (s_words.TryGetValue($"{owner.Name}.{name}", out string? words)) return words;
        if (s_given.TryGetValue(owner, out Type? given) && given.GetProperties().FirstOrDefault(field => JsonNamingPolicy.SnakeCaseLower.ConvertName(field.Name) == name)
            ?.GetCustomAttribute<DescriptionAttribute>() is { } said) return said.Description;
        return s_words.GetValueOrDefault(name);
    }

    /// <summary>An example; null: there is none.</summary>
    public static JsonNode? ExampleOf(Type owner, string name) =>
        (s_examples.GetValueOrDefault($"{owner.Name}.{name}") ?? s_examples.GetValueOrDefault(name)) is { } text ? JsonNode.Parse(text) : null;
}
