using System.Text.Json;
using Tandem.Cli;
using Xunit;

namespace Tandem.Tests.Cli;

public sealed class EventLineTests
{
    [Theory]
    [InlineData("call.started", """{"call_id":"c1","from":"1001","to":"9999"}""", "call.started          1001 to 9999  call_id: c1")]
    [InlineData("call.transferred", """{"call_id":"c1","party":"1001","to":"1002","by":"ops"}""", "call.transferred      1001 to 1002  call_id: c1, by: ops")]
    [InlineData("gateway.state", """{"carrier":"acme","gateway":"gw1","state":"down","before":"up","last_code":0,"latency_ms":null}""", "gateway.state         gw1 of acme  state: down, before: up, last_code: 0")]
    [InlineData("carrier.registration", """{"carrier":"acme","state":"registered"}""", "carrier.registration  acme  state: registered")]
    [InlineData("registration.changed", """{"user":"1001","contacts":0}""", "registration.changed  1001  contacts: 0")]
    [InlineData("ban.added", """{"kind":"source","subject":"192.0.2.7","reason":"guessing"}""", "ban.added             192.0.2.7  kind: source, reason: guessing")]
    [InlineData("config.changed", """{"operation":"PUT /users/{name}","target":"1001","who":"owner"}""", "config.changed        1001  operation: PUT /users/{name}, who: owner")]
    [InlineData("config.changed", """{"operation":"POST /reload","target":null,"who":"owner"}""", "config.changed        POST /reload  who: owner")]
    [InlineData("new.kind", "{}", "new.kind")]
    public void It_says_when_and_what_of_whom_and_what_changed(string kind, string data, string line) =>
        Assert.Equal("2026-11-23 04:50:01  " + line, EventLine.Of($$"""{"kind":"{{kind}}","at":"2026-11-23T05:50:01.25+01:00","data":{{data}}}"""));

    [Fact]
    public void What_a_terminal_would_obey_is_not_passed_on() => Assert.Equal("2026-11-23 04:50:01  call.started          ?[2J?1? to übel??",
        EventLine.Of("""{"kind":"call.started","at":"2026-11-23T04:50:01Z","data":{"from":"\u001b[2J\u009b1\u202e","to":"übel\r\n"}}"""));

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"kind":"x","at":"now","data":{}}""")]
    public void What_is_no_event_is_refused(string json) => Assert.Throws<JsonException>(() => EventLine.Of(json));
}
