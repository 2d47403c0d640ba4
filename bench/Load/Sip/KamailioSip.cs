using System.Globalization;
using System.Net;
using Load.Media;

namespace Load.Sip;

/// <summary>Debian's Kamailio as a stateful proxy with a registrar; it carries no media, changes no SDP and writes no row.</summary>
internal sealed class KamailioSip : SipEngine
{
    /// <param name="lab">Where its namespace is made.</param>
    /// <param name="number">Of its namespace.</param>
    /// <param name="digest">Whether it asks callers for their password.</param>
    /// <param name="callees">How many numbers from <see cref="SipEngine.FirstCallee"/> on lead to ports of the generator from <paramref name="firstPort"/> on.</param>
    /// <param name="firstPort">The first callee's.</param>
    public KamailioSip(NetworkLab lab, int number, bool digest, int callees, int firstPort)
        : base(digest ? "kamailio with digest" : "kamailio", lab.AddEngine(number))
    {
        Challenges = digest;
        string file = Path.Combine(Folder, "kamailio.cfg");
        File.WriteAllText(file, Configuration(digest, Enumerable.Range(0, callees).Select(n => (FirstCallee + n, new IPEndPoint(Generator, firstPort + n)))));
        Process = new EngineProcess(Namespace, "kamailio", ["-f", file, "-DD", "-E", "-m", "2048", "-M", "16", "-Y", Folder, "-P", Path.Combine(Folder, "pid")]);
    }

    public override bool Challenges { get; }

    private string Configuration(bool digest, IEnumerable<(int Number, IPEndPoint Contact)> callees) => $$"""
        #!KAMAILIO
        debug=0
        log_stderror=yes
        children=2
        auto_aliases=no
        disable_tcp=yes
        listen=udp:{{Address}}:{{Port}}
        loadmodule "tm.so"
        loadmodule "sl.so"
        loadmodule "rr.so"
        loadmodule "pv.so"
        loadmodule "textops.so"
        loadmodule "siputils.so"
        loadmodule "maxfwd.so"
        loadmodule "usrloc.so"
        loadmodule "registrar.so"
        loadmodule "auth.so"
        modparam("usrloc", "db_mode", 0)

        request_route {
            if (!mf_process_maxfwd_header("10")) {
                sl_send_reply("483", "Too Many Hops");
                exit;
            }
            if (has_totag()) {
                loose_route();
                t_relay();
                exit;
            }
            if (is_method("REGISTER")) {
                if (!pv_www_authenticate("{{Address}}", "{{Password}}", "0")) {
                    www_challenge("{{Address}}", "0");
                    exit;
                }
                save("location");
                exit;
            }
            if (!is_method("INVITE")) {
                if (is_method("CANCEL") && t_check_trans()) t_relay();
                exit;
            }
            {{(digest ? $$"""
            if (!pv_proxy_authenticate("{{Address}}", "{{Password}}", "0")) {
                proxy_challenge("{{Address}}", "0");
                exit;
            }
            consume_credentials();
            """ : "")}}
            t_check_trans();
            record_route();
            {{string.Join("\n    ", callees.Select(callee => string.Create(CultureInfo.InvariantCulture, $"if ($rU == \"{callee.Number}\") $ru = \"sip:{callee.Number}@{callee.Contact}\";")))}}
            t_relay();
        }

        """;
}
