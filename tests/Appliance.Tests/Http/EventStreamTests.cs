using Tandem.Http;
using Tandem.Tests.Storage;
using Xunit;

namespace Tandem.Tests.Http;

public sealed class EventStreamTests(PostgresCluster cluster)
{
    [Fact]
    public async Task A_watcher_gets_what_happens_and_what_it_missed_and_learns_of_gaps()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        await rig.AddPersonAsync("vic", "viewer");
        string token = (await rig.OwnerAsync(TokenApi.Add, new TokenApi.NewToken("test", ["events:read"], Person: "vic"))).Token;
        (string kind, string id) = ("", "");
        using (StreamReader stream = await OpenAsync(rig, token, "?kind=call."))
        {
            rig.Context.Events.Publish("gateway.state");
            rig.Context.Events.Publish("call.started", ("from", "1001"));
            (kind, id, string data) = await NextAsync(stream);
            Assert.Equal("call.started", kind);
            Assert.Contains("\"from\":\"1001\"", data, StringComparison.Ordinal);
            while (await stream.ReadLineAsync(ApiRig.Stop) is { } line && !line.StartsWith(": still", StringComparison.Ordinal)) { }
        }
        rig.Context.Events.Publish("call.ended");
        using (StreamReader again = await OpenAsync(rig, token, "", id)) Assert.Equal("call.ended", (await NextAsync(again)).Kind);
        using (StreamReader stranger = await OpenAsync(rig, token, "", "deadbeef-4")) Assert.Equal("gap", (await NextAsync(stranger)).Kind);
    }

    [Fact]
    public async Task A_stream_ends_with_the_log_in_that_opened_it()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        await rig.AddPersonAsync("vic", "viewer");
        TokenApi.TokenSecret token = await rig.OwnerAsync(TokenApi.Add, new TokenApi.NewToken("test", ["*"], Person: "vic"));
        using StreamReader stream = await OpenAsync(rig, token.Token, "");
        await rig.OwnerAsync(TokenApi.Remove, new TokenApi.TokenId(token.Id));
        while (await stream.ReadLineAsync(ApiRig.Stop) is not null) { }
    }

    [Fact]
    public async Task A_watcher_that_does_not_read_is_cut_off_and_learns_of_the_gap_when_it_comes_back()
    {
        await using ApiRig rig = await ApiRig.StartAsync(cluster);
        await rig.AddPersonAsync("vic", "viewer");
        string token = (await rig.OwnerAsync(TokenApi.Add, new TokenApi.NewToken("test", ["events:read"], Person: "vic"))).Token;
        string much = new('x', 16 * 1024), last = "";
        int got = 0;
        using (StreamReader stream = await OpenAsync(rig, token, "?kind=call."))
        {
            for (int i = 0; i < 3000; i++) rig.Context.Events.Publish("call.state", ("number", i), ("much", much));    // 48 MB: more than any socket holds
            Assert.Equal(0, rig.Context.Events.Watchers);
            while (await NextAsync(stream) is { Kind: "call.state" } e)
            {
                Assert.Contains($"\"number\":{got++},", e.Data, StringComparison.Ordinal);    // what it had is whole and in order
                last = e.Id;
            }
        }
        Assert.InRange(got, 1, 2999);
        using StreamReader again = await OpenAsync(rig, token, "?kind=call.", last);
        (string kind, _, string data) = await NextAsync(again);
        if (got < 3000 - 1024)
        {
            Assert.Equal("gap", kind);
            (kind, _, data) = await NextAsync(again);
        }
        Assert.Equal("call.state", kind);
        Assert.Contains($"\"number\":{Math.Max(got, 3000 - 1024)},", data, StringComparison.Ordinal);
    }

    private static async Task<StreamReader> OpenAsync(ApiRig rig, string token, string query, string? last = null)
    {
        var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, rig.Url("/events" + query));
        request.Headers.Add("Authorization", "Bearer " + token);
        if (last is not null) request.Headers.Add("Last-Event-ID", last);
        HttpResponseMessage answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ApiRig.Stop);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(ApiRig.Stop));
        Assert.StartsWith(": watching", await reader.ReadLineAsync(ApiRig.Stop), StringComparison.Ordinal);
        return reader;
    }

    private static async Task<(string Kind, string Id, string Data)> NextAsync(StreamReader stream)
    {
        (string kind, string id, string data) = ("", "", "");
        while (await stream.ReadLineAsync(ApiRig.Stop) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) kind = line[7..];
            if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
            if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
            if (line.Length == 0 && kind.Length > 0) break;
        }
        return (kind, id, data);
    }
}
