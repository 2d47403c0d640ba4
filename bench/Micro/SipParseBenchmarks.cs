using System.Text;
using BenchmarkDotNet.Attributes;
using Sip.Core.Grammar;
using Sip.Core.Messages;

namespace Micro;

/// <summary>Time of one parse with all that it checks, beside the floor: copying the bytes and finding every line end.</summary>
[MemoryDiagnoser]
public class SipParseBenchmarks
{
    private const string Head = "Via: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bK74bf9d01;rport\r\nMax-Forwards: 70\r\n" +
        "From: \"Alice\" <sip:1001@192.0.2.1>;tag=9fxced76sl\r\nTo: <sip:9999@192.0.2.1>TAG\r\nCall-ID: 3848276298220188511@192.0.2.7\r\nCSeq: 2 METHOD\r\n" +
        "Contact: <sip:1001-0x55d0@192.0.2.7:5060>;expires=600\r\nUser-Agent: baresip v1.0.0 (x86_64/linux)\r\n" +
        "Allow: INVITE,ACK,BYE,CANCEL,OPTIONS,NOTIFY,SUBSCRIBE,INFO,MESSAGE,REFER\r\nSupported: gruu,path,outbound\r\n";
    private const string Sdp = "v=0\r\no=- 3897 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\nm=audio 20000 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\n" +
        "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\na=ptime:20\r\n";
    private const string Credentials = "Authorization: Digest username=\"1001\", realm=\"tandem\", nonce=\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\", uri=\"sip:192.0.2.1\", " +
        "response=\"0123456789abcdef0123456789abcdef\", cnonce=\"deadbeefdeadbeef\", qop=auth, nc=00000001\r\n";

    private readonly SipMessage _message = new();
    private readonly byte[] _copy = new byte[4096];
    private byte[] _bytes = [];

    [Params("INVITE", "200", "REGISTER")]
    public string Kind { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        string body = Kind == "REGISTER" ? "" : Sdp;
        string start = Kind == "200" ? "SIP/2.0 200 OK\r\n" : $"{Kind} sip:9999@192.0.2.1 SIP/2.0\r\n";
        string head = Head.Replace("TAG", Kind == "200" ? ";tag=8a7b6c" : "", StringComparison.Ordinal).Replace("METHOD", Kind == "200"
            ? "INVITE" : Kind, StringComparison.Ordinal);
        _bytes = Encoding.UTF8.GetBytes(start + head + (Kind == "REGISTER" ? Credentials : "") +
            (body.Length > 0 ? "Content-Type: application/sdp\r\n" : "") +
            $"Content-Length: {body.Length}\r\n\r\n{body}");
        if (_message.Parse(_bytes) != SipParseError.None) throw new InvalidOperationException(_message.Error.ToString());
    }

    [Benchmark(Baseline = true)]
    public int CopyAndFindLines()
    {
        _bytes.CopyTo(_copy, 0);
        int lines = 0;
        for (ReadOnlySpan<byte> rest = _copy.AsSpan(0, _bytes.Length); ; lines++)
        {
            int end = rest.IndexOf("\r\n"u8);
            if (end <= 0) return lines;
            rest = rest[(end + 2)..];
        }
    }

    [Benchmark]
    public SipParseError Parse() => _message.Parse(_bytes);

    [Benchmark]
    public int ParseAndLookUp()
    {
        _message.Parse(_bytes);
        if (!Contact.TryParse(_message.First(SipHeaderId.Contact), out Contact contact)) return 0;
        return contact.Uri.Length + _message.TopBranch.Length + _message.First(SipHeaderId.UserAgent).Length + _message.Body.Length;
    }
}
