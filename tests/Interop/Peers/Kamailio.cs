using System.Net;

namespace Interop.Peers;

/// <summary>Debian's Kamailio as a stateful proxy between two networks, its rtpengine module pointed at an ng port.</summary>
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
        var kamailio = new Kamailio();
        // Either phone may offer again, so each gets what the other one may not have.
        string again = offer.Length > 0 ? "codec-transcode-PCMU codec-transcode-PCMA" : "";
        string file = kamailio._folder.File("kamailio.cfg");
        await File.WriteAllTextAsync(file, $$"""
            #!KAMAILIO
            debug=1
            log_stderror=yes
            children=2
            auto_aliases=no
            disable_tcp=yes
            mhomed=yes
            listen=udp:{{RoutedNetwork.ServerForOne}}:{{Port}}
            listen=udp:{{RoutedNetwork.ServerForTwo}}:{{Port}}
            loadmodule "tm.so"
            loadmodule "sl.so"
            loadmodule "rr.so"
            loadmodule "pv.so"
            loadmodule "textops.so"
            loadmodule "siputils.so"
            loadmodule "rtpengine.so"
            modparam("rr", "enable_full_lr", 1)
            modparam("rtpengine", "rtpengine_sock", "udp:{{ng}}")

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
        try
        {
            kamailio._process = ChildProcess.Start("kamailio", ["-f", file, "-DD", "-E", "-m", "32", "-M", "4", "-Y", kamailio._folder.Path, "-P", kamailio._folder.File("pid")],
                network.Server, kamailio._folder.Path);
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
