using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Appliance.Tests.Calls;

/// <summary>A call between two parties from the 200 to the caller's ACK.</summary>
[Collection("calls loopback")]
public sealed class AnswerTests : IAsyncLifetime
{
    /// <summary>Generous, and less than the 32 s after which a missing ACK ends a call.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private readonly UdpClient _caller = new(new IPEndPoint(IPAddress.Loopback, 0));
    private CallRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await CallRig.StartAsync(31500, s_limit);

    public async ValueTask DisposeAsync()
    {
        Assert.Equal(0, _rig.Faults);
        _caller.Dispose();
        await _rig.DisposeAsync();
    }

    [Fact]
    public async Task Who_was_called_may_hang_up_before_the_caller_has_acknowledged()
    {
        using ScriptedPhone called = ScriptedPhone.Answering();
        _rig.Devices["1002"] = [called.Target()];
        await SendAsync("INVITE", 1, "", "Content-Type: application/sdp\r\n",
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n");
        string ok = await HearAsync("SIP/2.0 200 ");

        await called.HangUpAsync(await called.RungAsync(s_limit));

        using var limit = new CancellationTokenSource(s_limit);
        while (_rig.Live > 0) await Task.Delay(20, limit.Token);
        await SendAsync("ACK", 1, ok.Split("To: ")[1].Split("tag=")[1].Split('\r')[0]);
        string bye = await HearAsync("BYE ");    // RFC 3261 §15: not before the ACK
        Assert.Contains("Reason: Q.850;cause=16", bye, StringComparison.Ordinal);
        await _caller.SendAsync(Encoding.ASCII.GetBytes("SIP/2.0 200 OK\r\n" + string.Concat(bye.Split("\r\n").Where(line =>
            line.StartsWith("Via", StringComparison.Ordinal) || line.StartsWith("From", StringComparison.Ordinal) || line.StartsWith("To", StringComparison.Ordinal)
            || line.StartsWith("Call-ID", StringComparison.Ordinal) || line.StartsWith("CSeq", StringComparison.Ordinal)).Select(line => line + "\r\n"))
            + "Content-Length: 0\r\n\r\n"), _rig.Address, TestContext.Current.CancellationToken);
    }

    private ValueTask<int> SendAsync(string method, int cseq, string tag, string headers = "", string body = "")
    {
        string own = _caller.Client.LocalEndPoint!.ToString()!;
        string text = $"{method} sip:1002@{_rig.Address} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK{method};rport\r\nMax-Forwards: 70\r\n"
            + $"From: <sip:1001@{own}>;tag=f\r\nTo: <sip:1002@{_rig.Address}>{(tag.Length > 0 ? ";tag=" + tag : "")}\r\nCall-ID: raw\r\nCSeq: {cseq} {method}\r\n"
            + $"Contact: <sip:1001@{own}>\r\n{headers}Content-Length: {body.Length}\r\n\r\n{body}";
        return _caller.SendAsync(Encoding.ASCII.GetBytes(text), _rig.Address, TestContext.Current.CancellationToken);
    }

    private async Task<string> HearAsync(string start)
    {
        using var limit = new CancellationTokenSource(s_limit);
        while (true)
        {
            string text = Encoding.ASCII.GetString((await _caller.ReceiveAsync(limit.Token)).Buffer);
            if (text.StartsWith(start, StringComparison.Ordinal)) return text;
        }
    }
}
