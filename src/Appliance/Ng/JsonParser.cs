using System.Text.Json;

namespace Tandem.Ng;

/// <summary>Reads JSON into the same form as bencode: truth becomes 1 or 0, a fraction is cut, null is left out of its list or is empty.</summary>
internal static class JsonParser
{
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = NgDocument.MaxDepth };

    /// <summary>Adds the one value that the bytes hold. Escapes are resolved in place: a text never gets longer by it.</summary>
    public static bool TryParse(Span<byte> bytes, NgDocument document)
    {
        Span<int> open = stackalloc int[NgDocument.MaxDepth + 2];
        int depth = 0;
        var reader = new Utf8JsonReader(bytes, s_options);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray) document.Close(open[--depth]);
                else
                {
                    int node = Add(ref reader, bytes, document);
                    if (node < 0) return false;
                    if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) open[depth++] = node;
                }
            }
            return depth == 0;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)    // the reader has no other way to say no; CopyString: half a surrogate pair
        {
            return false;
        }
    }

    private static int Add(ref Utf8JsonReader reader, Span<byte> bytes, NgDocument document)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject: return document.Add(NgKind.Dictionary);
            case JsonTokenType.StartArray: return document.Add(NgKind.List);
            case JsonTokenType.PropertyName or JsonTokenType.String:
                int start = (int)reader.TokenStartIndex + 1, length = reader.ValueSpan.Length;
                if (reader.ValueIsEscaped)
                {
                    byte[] plain = new byte[length];
                    length = reader.CopyString(plain);
                    plain.AsSpan(0, length).CopyTo(bytes[start..]);
                }
                return document.Add(NgKind.Text, start, length);
            case JsonTokenType.Number:
                return document.Add(NgKind.Integer, integer: reader.TryGetInt64(out long integer) ? integer
                    : reader.TryGetDouble(out double number) && Math.Abs(number) < long.MaxValue ? (long)number : 0);
            case JsonTokenType.True or JsonTokenType.False:
                return document.Add(NgKind.Integer, integer: reader.TokenType == JsonTokenType.True ? 1 : 0);
            default: return document.Add(NgKind.Text);
        }
    }
}
