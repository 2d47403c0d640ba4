using System.Net;

namespace Interop.Peers;

/// <summary>Debian's Kamailio as a stateful proxy, its rtpengine module pointed at an ng port: between two networks, or between browsers and a phone.</summary>
public sealed class Kamailio : IAsyncDisposable
{
    public const int Port = 5060;

    private readonly TemporaryFolder _folder = new();
    private ChildProcess? _process;

    public string Log => _process?.Tail(60) ?? "";

    /// <summary>Starts it on the server of a network; calls to anybody go to <paramref name="callee"/>.</summary>
    /// <param name="offer">Further flags for rtpengine_offer.</param>
    public static async Task<Kamailio> StartAsync(RoutedNetwork network, IPEndPoint ng, IPEndPoint callee, string offer = "")
    {
        // Either phone may offer again, so each gets what the other one may not have.
        string again = offer.Length > 0 ? "codec-transcode-PCMU codec-transcode-PCMA" : "";
        return await StartAsync(ng, network.Server, $$"""
            disable_tcp=yes
            mhomed=yes
            listen=udp:{{RoutedNetwork.ServerForOne}}:{{Port}}
            listen=udp:{{RoutedNetwork.ServerForTwo}}:{{Port}}
            """, $$"""
            request_route {
                if (is_method("CANCEL")) {
                    rtpengine_delete();
                    if (t_check_trans()) t_relay();
                    exit;
                }
                if (has_totag()) {
                    loose_route();
                    if (is_method("BYE")) rtpengine_delete();
                    if (is_method("INVITE")) {
                        if ($si == "{{RoutedNetwork.OneAddress}}") $var(way) = "direction=one direction=two";
                        else $var(way) = "direction=two direction=one";
                        rtpengine_offer("replace-origin replace-session-connection ICE=remove DTLS=off {{again}} $var(way)");
                        t_on_reply("ANSWER");
                    }
                    t_relay();
                    exit;
                }
                if (!is_method("INVITE")) {
                    sl_send_reply("405", "Method Not Allowed");
                    exit;
                }
                record_route();
                rtpengine_offer("replace-origin replace-session-connection ICE=remove DTLS=off trust-address direction=one direction=two {{offer}}");
                $ru = "sip:callee@{{callee}}";
                t_on_reply("ANSWER");
                t_relay();
            }

            onreply_route[ANSWER] {
                if (has_body("application/sdp")) rtpengine_answer("replace-origin replace-session-connection ICE=remove DTLS=off trust-address");
            }
            """);
    }

    /// <summary>Starts it on loopback for browsers that come over WebSocket and register; whom they call is a phone with plain RTP.</summary>
    /// <param name="webSocket">The port for them.</param>
    /// <param name="sip">The UDP port for the phone.</param>
    public static Task<Kamailio> StartForBrowsersAsync(int webSocket, int sip, IPEndPoint ng, IPEndPoint callee) => StartAsync(ng, null, $$"""
        listen=tcp:127.0.0.1:{{webSocket}}
        listen=udp:127.0.0.1:{{sip}}
        tcp_accept_no_cl=yes
        loadmodule "xhttp.so"
        loadmodule "websocket.so"
        loadmodule "nathelper.so"
        loadmodule "usrloc.so"
        loadmodule "registrar.so"
        modparam("registrar|nathelper", "received_avp", "$avp(RECEIVED)")
        """, $$"""
        request_route {
            if (nat_uac_test("64")) {
                force_rport();
                if (is_method("REGISTER")) fix_nated_register();
                else add_contact_alias();
            }
            if (is_method("REGISTER")) {
                save("location");
                exit;
            }
            if (is_method("CANCEL")) {
                rtpengine_delete();
                if (t_check_trans()) t_relay();
                exit;
            }
            if (has_totag()) {
                if (loose_route() && $du == "") handle_ruri_alias();
                if (is_method("BYE")) rtpengine_delete();
                t_relay();
                exit;
            }
            if (!is_method("INVITE")) {
                sl_send_reply("405", "Method Not Allowed");
                exit;
            }
            record_route();
            rtpengine_offer("replace-origin ICE=remove RTP/AVP rtcp-mux-demux trust-address");
            $ru = "sip:callee@{{callee}}";
            t_on_reply("ANSWER");
            t_relay();
        }

        onreply_route[ANSWER] {
            if (has_body("application/sdp")) rtpengine_answer("replace-origin ICE=force RTP/SAVPF rtcp-mux-offer trust-address");
        }

        event_route[xhttp:request] {
            set_reply_close();
            set_reply_no_connect();
            if ($hdr(Upgrade) =~ "websocket" && $rm =~ "GET" && ws_handle_handshake()) exit;
            xhttp_reply("404", "Not Found", "", "");
        }
        """);

    private static async Task<Kamailio> StartAsync(IPEndPoint ng, string? network, string places, string routes)
    {
        var kamailio = new Kamailio();
        string file = kamailio._folder.File("kamailio.cfg");
        await File.WriteAllTextAsync(file, $"""
            #!KAMAILIO
            debug=1
            log_stderror=yes
            children=2
            auto_aliases=no
            loadmodule "tm.so"
            loadmodule "sl.so"
            loadmodule "rr.so"
            loadmodule "pv.so"
            loadmodule "textops.so"
            loadmodule "siputils.so"
            loadmodule "rtpengine.so"
            {places}
            modparam("rr", "enable_full_lr", 1)
            modparam("rtpengine", "rtpengine_sock", "udp:{ng}")

            {routes}

            """);
        try
        {
            kamailio._process = ChildProcess.Start("kamailio", ["-f", file, "-DD", "-E", "-m", "32", "-M", "4", "-Y", kamailio._folder.Path, "-P", kamailio._folder.File("pid")],
                network, kamailio._folder.Path);
            await kamailio._process.PrintedAsync("Listening on", TimeSpan.FromSeconds(10));
            return kamailio;
        }
        catch
        {
            await kamailio.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.StopAsync(TimeSpan.FromSeconds(10));    // in good order: its children are its own to end
            await _process.DisposeAsync();
        }
        _folder.Dispose();
    }
}
