using System.Text;
using System.Text.Json;
using Tandem.Ng;
using Xunit;

namespace Appliance.Tests.Ng;

public class NgDocumentTests
{
    private static readonly byte[] s_offer = NgDictionary.Bencode(new Dictionary<string, object>
    {
        ["command"] = "offer",
        ["call-id"] = "a b",
        ["from-tag"] = "t",
        ["flags"] = new[] { "trust-address", "SDES-off" },
        ["codec"] = new Dictionary<string, object> { ["mask"] = new[] { "PCMU" }, ["transcode"] = new[] { "PCMA" } },
        ["delete delay"] = 30,
        ["sdp"] = "v=0\r\n",
    });

    [Fact]
    public void Bencode_is_read_in_place()
    {
        var document = new NgDocument();
        Assert.True(document.Load(s_offer));
        Assert.Equal("offer", document.Root["command"u8].Text);
        Assert.Equal("a b", document.Root["call id"u8].Text);
        Assert.Equal(30, document.Root["delete-delay"u8].Integer);
        Assert.Equal("v=0\r\n", document.Root["sdp"u8].Text);
        Assert.Equal("PCMA", document.Root["codec"u8]["transcode"u8].Items.ToTexts().Single());
        Assert.Equal(["trust-address", "SDES-off"], document.Root["flags"u8].Items.ToTexts());
        Assert.False(document.Root["label"u8].Exists);
    }

    [Fact]
    public void JSON_means_the_same()
    {
        var document = new NgDocument();
        Assert.True(document.Load("""{"command":"offer","call-id":"a b","codec":{"mask":["PCMU"]},"delete delay":30,"sdp":"v=0\r\né\u00e9 \"","all":true,"x":null}"""u8));
        Assert.True(document.IsJson);
        Assert.Equal("offer", document.Root["command"u8].Text);
        Assert.Equal(30, document.Root["delete delay"u8].Integer);
        Assert.Equal("v=0\r\néé \"", document.Root["sdp"u8].Text);
        Assert.Equal(1, document.Root["all"u8].Integer);
        Assert.Equal("PCMU", document.Root["codec"u8]["mask"u8].Items.ToTexts().Single());
    }

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("de trailing")]
    [InlineData("4:spam")]
    [InlineData("le")]
    [InlineData("d1:ae")]
    [InlineData("di1e1:ae")]
    [InlineData("d1:a5:bce")]
    [InlineData("d1:ai99999999999999999999ee")]
    [InlineData("d1:aie")]
    [InlineData("d-1:a1:be")]
    [InlineData("[1]")]
    [InlineData("{\"a\":1} x")]
    [InlineData("{\"a\"}")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    public void What_is_no_dictionary_is_refused(string text) => Assert.False(new NgDocument().Load(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Depth_and_size_are_limited()
    {
        var document = new NgDocument();
        Assert.False(document.Load(Encoding.ASCII.GetBytes($"d1:a{new string('l', 10_000)}{new string('e', 10_001)}")));
        Assert.False(document.Load(Encoding.ASCII.GetBytes($"d1:al{string.Concat(Enumerable.Repeat("0:", 60_000 / 2))}ee")));
        Assert.True(document.Load("de"u8));
    }

    [Fact]
    public void Every_cut_of_a_request_is_refused()
    {
        var document = new NgDocument();
        for (int length = 0; length < s_offer.Length; length++) Assert.False(document.Load(s_offer.AsSpan(0, length)));
    }

    [Fact]
    public void Mutated_requests_never_throw()
    {
        var random = new Random(7);
        byte[] json = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { command = "offer", flags = new[] { "a", "b" }, sdp = "v=0\r\n\u00e9" }));
        var document = new NgDocument();
        for (int i = 0; i < 200_000; i++)
        {
            byte[] bytes = [.. i % 2 == 0 ? s_offer : json];
            for (int n = random.Next(1, 5); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (!document.Load(bytes)) continue;
            NgRequest.Read(document.Root);    // and every value can be looked at
        }
    }

    [Fact]
    public void Reading_and_writing_bencode_allocates_nothing()
    {
        var document = new NgDocument();
        var writer = new NgWriter();
        for (int i = 0; i < 3; i++) Work(document, writer);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) Work(document, writer);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        static void Work(NgDocument document, NgWriter writer)
        {
            if (!document.Load(s_offer) || !document.Root["sdp"u8].Exists) throw new InvalidOperationException();
            writer.Begin("1_2"u8, json: false);
            writer.OpenDictionary();
            writer.Pair("result"u8, "ok"u8);
            writer.Pair("packets"u8, 12);
            writer.CloseDictionary();
        }
    }

    [Fact]
    public void Replies_are_written_in_either_form()
    {
        var writer = new NgWriter();
        Assert.Equal("7 d6:result2:ok4:listl1:ai-5edee5:emptylee", Write(writer, json: false));
        Assert.Equal("""7 {"result":"ok","list":["a",-5,{}],"empty":[]}""", Write(writer, json: true));
        writer.Begin("c"u8, json: true);
        writer.Text("a\"\\\r\n\u0001é"u8);
        Assert.Equal("c \"a\\\"\\\\\\r\\n\\u0001é\"", Encoding.UTF8.GetString(writer.Written));

        static string Write(NgWriter writer, bool json)
        {
            writer.Begin("7"u8, json);
            writer.OpenDictionary();
            writer.Pair("result"u8, "ok"u8);
            writer.Key("list"u8);
            writer.OpenList();
            writer.Text("a"u8);
            writer.Integer(-5);
            writer.OpenDictionary();
            writer.CloseDictionary();
            writer.CloseList();
            writer.Key("empty"u8);
            writer.OpenList();
            writer.CloseList();
            writer.CloseDictionary();
            return Encoding.UTF8.GetString(writer.Written);
        }
    }
}

internal static class NgValues
{
    public static List<string> ToTexts(this NgValue.ItemEnumerator items)
    {
        List<string> texts = [];
        foreach (NgValue item in items) texts.Add(item.Text);
        return texts;
    }
}
