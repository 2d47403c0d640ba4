namespace Load.Sip;

/// <summary>What sipp plays: the same for every engine, but for the challenge.</summary>
internal static class Scenarios
{
    public const string Password = "sip-load-only";

    private const string Sdp = """
        Content-Type: application/sdp
        Content-Length: [len]

        v=0
        o=sipp 1 1 IN IP4 [local_ip]
        s=-
        c=IN IP4 [local_ip]
        t=0 0
        m=audio 9000 RTP/AVP 0 101
        a=rtpmap:0 PCMU/8000
        a=rtpmap:101 telephone-event/8000
        a=fmtp:101 0-15
        a=ptime:20
        """;

    private const string Answer = """
        [last_Via:]
        [last_Record-Route:]
        [last_From:]
        [last_To:];tag=[pid]c[call_number]
        [last_Call-ID:]
        [last_CSeq:]
        Contact: <sip:[local_ip]:[local_port]>
        """;

    /// <summary>INVITE, 180, 200, ACK, BYE, 200; with a challenge and its answer where the server asks.</summary>
    /// <param name="challenges">Whether it asks.</param>
    /// <param name="hold">Between ACK and BYE. It is a wait for a 180, which a proxy of several processes may send after the 200: one that comes in a pause of sipp's (3.6) takes the pause's end with it, and there is no BYE.</param>
    public static string Call(bool challenges, TimeSpan hold) => Scenario("call", Invite(1, "") + (challenges ? Recv("100", optional: true) + """
        <recv response="407" auth="true"/>

        """ + Send($"""
        ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0
        [last_Via:]
        [last_From:]
        [last_To:]
        [last_Call-ID:]
        CSeq: 1 ACK
        Max-Forwards: 70
        Content-Length: 0
        """, repeated: false) + Invite(2, $"[authentication username={SipEngine.Caller} password={Password}]\n") : "")
        + Recv("100", optional: true) + """
        <recv response="180" optional="true"/>
        <recv response="200" rrs="true"/>

        """ + Send(InDialog("ACK", challenges ? 2 : 1), repeated: false) + $"""
        <recv response="180" timeout="{hold.TotalMilliseconds:F0}" ontimeout="1"/>
        <pause milliseconds="{hold.TotalMilliseconds:F0}"/>
        <label id="1"/>

        """ + Send(InDialog("BYE", 3), repeated: true) + Recv("180", optional: true) + Recv("200"));

    /// <summary>Answers calls at once. A BYE that overtakes an ACK that was lost is answered too, as by telephones.</summary>
    public static string Callee { get; } = Scenario("callee", """
        <recv request="INVITE" crlf="true"/>

        """ + Send($"""
        SIP/2.0 180 Ringing
        {Answer}
        Content-Length: 0
        """, repeated: false) + Send($"""
        SIP/2.0 200 OK
        {Answer}
        {Sdp}
        """, repeated: true) + """
        <recv request="ACK" optional="true"/>
        <recv request="BYE"/>

        """ + Send("""
        SIP/2.0 200 OK
        [last_Via:]
        [last_From:]
        [last_To:]
        [last_Call-ID:]
        [last_CSeq:]
        Content-Length: 0
        """, repeated: false));

    /// <summary>A registration of the port it is sent from, for ten minutes.</summary>
    public static string Register(int user) => Scenario("register", Registration(1, "") + Recv("100", optional: true) + """
        <recv response="401" auth="true"/>

        """ + Registration(2, $"[authentication username={user} password={Password}]\n") + Recv("100", optional: true) + Recv("200"));

    private static string Registration(int number, string credentials) => Send($"""
        REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
        Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch];rport
        From: <sip:[service]@[remote_ip]>;tag=[pid]r[call_number]
        To: <sip:[service]@[remote_ip]>
        Call-ID: [call_id]
        CSeq: {number} REGISTER
        Contact: <sip:[service]@[local_ip]:[local_port]>
        Expires: 600
        Max-Forwards: 70
        {credentials}Content-Length: 0
        """, repeated: true);

    private static string Invite(int number, string credentials) => Send($"""
        INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
        Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch];rport
        From: <sip:{SipEngine.Caller}@[remote_ip]:[remote_port]>;tag=[pid]t[call_number]
        To: <sip:[service]@[remote_ip]:[remote_port]>
        Call-ID: [call_id]
        Contact: <sip:{SipEngine.Caller}@[local_ip]:[local_port]>
        CSeq: {number} INVITE
        Max-Forwards: 70
        {credentials}{Sdp}
        """, repeated: true);

    private static string InDialog(string method, int number) => $"""
        {method} [next_url] SIP/2.0
        Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch];rport
        [routes]
        From: <sip:{SipEngine.Caller}@[remote_ip]:[remote_port]>;tag=[pid]t[call_number]
        To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
        Call-ID: [call_id]
        CSeq: {number} {method}
        Max-Forwards: 70
        Content-Length: 0
        """;

    private static string Recv(string response, bool optional = false) => $"<recv response=\"{response}\"{(optional ? " optional=\"true\"" : "")}/>\n";

    private static string Send(string message, bool repeated) => $"<send{(repeated ? " retrans=\"500\"" : "")}><![CDATA[\n{message}\n\n]]></send>\n";

    private static string Scenario(string name, string body) => $"<?xml version=\"1.0\" encoding=\"ISO-8859-1\" ?>\n<scenario name=\"{name}\">\n{body}</scenario>\n";
}
