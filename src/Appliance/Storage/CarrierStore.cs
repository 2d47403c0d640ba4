using System.Globalization;
using Sip.Core.Sdp;
using Tandem.Configuration;
using Tandem.Routing;

namespace Tandem.Storage;

/// <summary>Table <c>carriers</c>.</summary>
public static class CarrierStore
{
    /// <summary>All columns but the times, with what stands in them. <see cref="Read"/> goes by their order.</summary>
    private static readonly (string Name, Func<Carrier, object?> Of)[] s_columns =
    [
        ("name", carrier => carrier.Name),
        ("enabled", carrier => DbWord.Of(carrier.Enabled)),
        ("sources", carrier => DbList.Join(carrier.Sources)),
        ("inbound_user", carrier => carrier.InboundUser),
        ("auth_user", carrier => carrier.AuthUser),
        ("auth_password", carrier => carrier.AuthPassword),
        ("auth_realm", carrier => carrier.AuthRealm),
        ("register", carrier => DbWord.Of(carrier.Register)),
        ("registrar", carrier => carrier.Registrar),
        ("register_seconds", carrier => carrier.RegisterSeconds),
        ("srtp", carrier => carrier.Srtp.ToText()),
        ("codecs", carrier => string.Join(',', carrier.Codecs)),
        ("max_calls", carrier => carrier.MaxCalls),
        ("max_calls_per_second", carrier => carrier.MaxCallsPerSecond),
        ("max_call_seconds", carrier => carrier.MaxCallSeconds),
        ("dispatch", carrier => DbWord.Of(carrier.Dispatch)),
        ("strip", carrier => carrier.Strip),
        ("prefix", carrier => carrier.Prefix),
        ("format", carrier => DbWord.Of(carrier.Format)),
        ("country_code", carrier => carrier.CountryCode),
        ("national_prefix", carrier => carrier.NationalPrefix),
        ("international_prefix", carrier => carrier.InternationalPrefix),
        ("caller_id", carrier => carrier.CallerId),
        ("caller_id_from_user", carrier => DbWord.Of(carrier.CallerIdFromUser)),
        ("identity", carrier => DbWord.Of(carrier.Identity)),
        ("privacy_allowed", carrier => DbWord.Of(carrier.PrivacyAllowed)),
        ("diversion", carrier => DbWord.Of(carrier.Diversion)),
        ("probe", carrier => DbWord.Of(carrier.Probe)),
        ("probe_seconds", carrier => carrier.ProbeSeconds),
        ("probe_down", carrier => carrier.ProbeDown),
        ("probe_up", carrier => carrier.ProbeUp),
        ("probe_accepted", carrier => string.Join(',', carrier.ProbeAccepted)),
        ("cost", carrier => DbWord.Of(carrier.Cost)),
        ("reliable", carrier => DbWord.Of(carrier.Reliable)),
        ("session_seconds", carrier => carrier.SessionSeconds),
    ];

    private static readonly string s_list = $"SELECT {Names(name => name)} FROM carriers ORDER BY name";

    private static readonly string s_save =
        $"""
        INSERT INTO carriers ({Names(name => name)}, created_at, updated_at) VALUES ({Names(name => $"@{name}")}, @now, @now)
        ON CONFLICT (name) DO UPDATE SET {Names(name => $"{name} = excluded.{name}")}, updated_at = excluded.updated_at
        """;

    public static List<Carrier> List(DbSession session) => session.Query(s_list, Read);

    /// <summary>Writes the carrier as given, new or not.</summary>
    public static void Save(DbSession session, Carrier carrier, DateTimeOffset now) =>
        session.Execute(s_save, [.. s_columns.Select(column => (column.Name, column.Of(carrier))), ("now", now)]);

    /// <summary>Removes the carrier and its gateways.</summary>
    /// <returns>False where there was none.</returns>
    public static bool Remove(DbSession session, string name)
    {
        session.Execute("DELETE FROM gateways WHERE carrier = @name", ("name", name));
        return session.Execute("DELETE FROM carriers WHERE name = @name", ("name", name)) > 0;
    }

    private static string Names(Func<string, string> text) => string.Join(", ", s_columns.Select(column => text(column.Name)));

    private static Carrier Read(DbRow row)
    {
        int at = 0;
        return new Carrier
        {
            Name = row.Text(at++),
            Enabled = row.Flag(at++),
            Sources = DbList.Split(row.Text(at++)),
            InboundUser = row.TextOrNull(at++),
            AuthUser = row.TextOrNull(at++),
            AuthPassword = row.TextOrNull(at++),
            AuthRealm = row.TextOrNull(at++),
            Register = row.Flag(at++),
            Registrar = row.TextOrNull(at++),
            RegisterSeconds = row.Int(at++),
            Srtp = SrtpModeText.TryParse(row.Text(at++), out SrtpMode srtp) ? srtp : SrtpMode.Required,    // a word of a newer version: the safe side
            Codecs = CodecName.TryParseList(row.Text(at++), out IReadOnlyList<CodecName> codecs) ? codecs : [],
            MaxCalls = row.Int(at++),
            MaxCallsPerSecond = row.Int(at++),
            MaxCallSeconds = row.Int(at++),
            Dispatch = row.Word<DispatchMethod>(at++),
            Strip = row.Int(at++),
            Prefix = row.Text(at++),
            Format = row.Word<NumberFormat>(at++),
            CountryCode = row.Text(at++),
            NationalPrefix = row.Text(at++),
            InternationalPrefix = row.Text(at++),
            CallerId = row.TextOrNull(at++),
            CallerIdFromUser = row.Flag(at++),
            Identity = row.Word<IdentityHeader>(at++),
            PrivacyAllowed = row.Flag(at++),
            Diversion = row.Flag(at++),
            Probe = row.Flag(at++),
            ProbeSeconds = row.Int(at++),
            ProbeDown = row.Int(at++),
            ProbeUp = row.Int(at++),
            ProbeAccepted = [.. DbList.Split(row.Text(at++)).Select(code => int.Parse(code, CultureInfo.InvariantCulture))],
            Cost = decimal.Parse(row.Text(at++), CultureInfo.InvariantCulture),
            Reliable = row.Word<ReliableMode>(at++),
            SessionSeconds = row.Int(at),
        };
    }
}
