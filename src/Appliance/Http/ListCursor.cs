using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Tandem.Http;

/// <summary>Cuts lists into pages. A cursor knows the last item that was given and where it stood.</summary>
internal static class ListCursor
{
    public const int DefaultLimit = 100, MostItems = 1000;

    /// <summary>What a page is asked for with; taken out of the input.</summary>
    public static (int Limit, string? Cursor) Take(JsonObject input)
    {
        string? cursor = input["cursor"]?.ToString(), text = input["limit"]?.ToString();
        input.Remove("cursor");
        input.Remove("limit");
        int limit = DefaultLimit;
        Names.Check(text is null || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MostItems),
            $"A limit of {text} is not possible.", $"Use 1 to {MostItems}.", "limit");
        return (limit, cursor);
    }

    /// <summary>Items come after the one that the cursor names; where that is gone, from the place where it stood.</summary>
    public static JsonObject Cut(JsonArray all, int limit, string? cursor)
    {
        int first = cursor is null ? 0 : After(all, cursor);
        var items = new JsonArray();
        int end = Math.Min(all.Count, first + limit);
        for (int i = first; i < end; i++) items.Add(all[i]?.DeepClone());
        return new JsonObject { ["items"] = items, ["next"] = end < all.Count ? Write(string.Create(CultureInfo.InvariantCulture, $"{end - 1}:{KeyOf(all[end - 1])}")) : null };
    }

    public static string Write(string content) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(content));

    /// <exception cref="ApiException">It is none of ours.</exception>
    public static string Read(string cursor)
    {
        byte[] bytes = new byte[Base64Url.GetMaxDecodedLength(cursor.Length)];
        int length = 0;
        bool valid = Base64Url.IsValid(cursor) && Base64Url.TryDecodeFromChars(cursor, bytes, out length);
        Names.Check(valid, "The cursor is none of ours.", "Give the value of next of the page before, or none.", "cursor");
        return Encoding.UTF8.GetString(bytes.AsSpan(0, length));
    }

    private static int After(JsonArray all, string cursor)
    {
        string[] parts = Read(cursor).Split(':');
        int stood = 0;
        Names.Check(parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out stood),
            "The cursor is none of ours.", "Give the value of next of the page before, or none.", "cursor");
        if (stood < all.Count && KeyOf(all[stood]) == parts[1]) return stood + 1;
        for (int i = 0; i < all.Count; i++)
            if (KeyOf(all[i]) == parts[1]) return i + 1;
        return stood;
    }

    /// <summary>An item is known by its first two fields: its name, and what that belongs to.</summary>
    private static string KeyOf(JsonNode? item)
    {
        string key = item is JsonObject fields ? string.Join('\n', fields.Take(2).Select(field => field.Value?.ToJsonString())) : item?.ToJsonString() ?? "";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 8));
    }
}
