using System.Globalization;
using Sip.Core.Sdp;
using Tandem.Configuration;
using Tandem.Routing;

namespace Tandem.Storage;

/// <summary>Table <c>carriers</c>.</summary>
public static class CarrierStore
{
    public static List<Carrier> List(DbSession session) => session.Query(
        """
        SELECT name, enabled, sources, inbound_user, auth_user, auth_password, auth_realm, register, registrar, register_seconds, srtp, codecs,
            max_calls, max_calls_per_second, max_call_seconds, dispatch, strip, prefix, format, country_code, national_prefix, international_prefix,
            caller_id, caller_id_from_user, identity, privacy_allowed, diversion, probe, probe_seconds, probe_down, probe_up, probe_accepted, cost
        FROM carriers ORDER BY name
        """,
        row => new Carrier
        {
            Name = row.Text(0),
            Enabled = row.Flag(1),
            Sources = DbList.Split(row.Text(2)),
            InboundUser = row.TextOrNull(3),
            AuthUser = row.TextOrNull(4),
            AuthPassword = row.TextOrNull(5),
            AuthRealm = row.TextOrNull(6),
            Register = row.Flag(7),
            Registrar = row.TextOrNull(8),
            RegisterSeconds = row.Int(9),
            Srtp = SrtpModeText.TryParse(row.Text(10), out SrtpMode srtp) ? srtp : SrtpMode.Required,    // a word of a newer version: the safe side
            Codecs = CodecName.TryParseList(row.Text(11), out IReadOnlyList<CodecName> codecs) ? codecs : [],
            MaxCalls = row.Int(12),
            MaxCallsPerSecond = row.Int(13),
            MaxCallSeconds = row.Int(14),
            Dispatch = row.Word<DispatchMethod>(15),
            Strip = row.Int(16),
            Prefix = row.Text(17),
            Format = row.Word<NumberFormat>(18),
            CountryCode = row.Text(19),
            NationalPrefix = row.Text(20),
            InternationalPrefix = row.Text(21),
            CallerId = row.TextOrNull(22),
            CallerIdFromUser = row.Flag(23),
            Identity = row.Word<IdentityHeader>(24),
            PrivacyAllowed = row.Flag(25),
            Diversion = row.Flag(26),
            Probe = row.Flag(27),
            ProbeSeconds = row.Int(28),
            ProbeDown = row.Int(29),
            ProbeUp = row.Int(30),
            ProbeAccepted = [.. DbList.Split(row.Text(31)).Select(code => int.Parse(code, CultureInfo.InvariantCulture))],
            Cost = decimal.Parse(row.Text(32), CultureInfo.InvariantCulture),
        });

    /// <summary>Writes the carrier as given, new or not.</summary>
    public static void Save(DbSession session, Carrier carrier, DateTimeOffset now) => session.Execute(
        """
        INSERT INTO carriers (name, enabled, sources, inbound_user, auth_user, auth_password, auth_realm, register, registrar, register_seconds,
            srtp, codecs, max_calls, max_calls_per_second, max_call_seconds, dispatch, strip, prefix, format, country_code, national_prefix,
            international_prefix, caller_id, caller_id_from_user, identity, privacy_allowed, diversion, probe, probe_seconds, probe_down, probe_up,
            probe_accepted, cost, created_at, updated_at)
        VALUES (@name, @enabled, @sources, @inbound, @authuser, @authpassword, @authrealm, @register, @registrar, @registerseconds,
            @srtp, @codecs, @maxcalls, @maxpersecond, @maxseconds, @dispatch, @strip, @prefix, @format, @country, @national,
            @international, @callerid, @fromuser, @identity, @privacy, @diversion, @probe, @probeseconds, @probedown, @probeup,
            @accepted, @cost, @now, @now)
        ON CONFLICT (name) DO UPDATE SET enabled = excluded.enabled, sources = excluded.sources, inbound_user = excluded.inbound_user,
            auth_user = excluded.auth_user, auth_password = excluded.auth_password, auth_realm = excluded.auth_realm, register = excluded.register,
            registrar = excluded.registrar, register_seconds = excluded.register_seconds, srtp = excluded.srtp, codecs = excluded.codecs,
            max_calls = excluded.max_calls, max_calls_per_second = excluded.max_calls_per_second, max_call_seconds = excluded.max_call_seconds,
            dispatch = excluded.dispatch, strip = excluded.strip, prefix = excluded.prefix, format = excluded.format,
            country_code = excluded.country_code, national_prefix = excluded.national_prefix, international_prefix = excluded.international_prefix,
            caller_id = excluded.caller_id, caller_id_from_user = excluded.caller_id_from_user, identity = excluded.identity,
            privacy_allowed = excluded.privacy_allowed, diversion = excluded.diversion, probe = excluded.probe,
            probe_seconds = excluded.probe_seconds, probe_down = excluded.probe_down, probe_up = excluded.probe_up,
            probe_accepted = excluded.probe_accepted, cost = excluded.cost, updated_at = excluded.updated_at
        """,
        ("name", carrier.Name), ("enabled", DbWord.Of(carrier.Enabled)), ("sources", DbList.Join(carrier.Sources)), ("inbound", carrier.InboundUser),
        ("authuser", carrier.AuthUser), ("authpassword", carrier.AuthPassword), ("authrealm", carrier.AuthRealm),
        ("register", DbWord.Of(carrier.Register)), ("registrar", carrier.Registrar), ("registerseconds", carrier.RegisterSeconds),
        ("srtp", carrier.Srtp.ToText()), ("codecs", string.Join(',', carrier.Codecs)), ("maxcalls", carrier.MaxCalls),
        ("maxpersecond", carrier.MaxCallsPerSecond), ("maxseconds", carrier.MaxCallSeconds), ("dispatch", DbWord.Of(carrier.Dispatch)),
        ("strip", carrier.Strip), ("prefix", carrier.Prefix), ("format", DbWord.Of(carrier.Format)), ("country", carrier.CountryCode),
        ("national", carrier.NationalPrefix), ("international", carrier.InternationalPrefix), ("callerid", carrier.CallerId),
        ("fromuser", DbWord.Of(carrier.CallerIdFromUser)), ("identity", DbWord.Of(carrier.Identity)), ("privacy", DbWord.Of(carrier.PrivacyAllowed)),
        ("diversion", DbWord.Of(carrier.Diversion)), ("probe", DbWord.Of(carrier.Probe)), ("probeseconds", carrier.ProbeSeconds),
        ("probedown", carrier.ProbeDown), ("probeup", carrier.ProbeUp), ("accepted", string.Join(',', carrier.ProbeAccepted)),
        ("cost", DbWord.Of(carrier.Cost)), ("now", now));

    /// <summary>Removes the carrier and its gateways.</summary>
    /// <returns>False where there was none.</returns>
    public static bool Remove(DbSession session, string name)
    {
        session.Execute("DELETE FROM gateways WHERE carrier = @name", ("name", name));
        return session.Execute("DELETE FROM carriers WHERE name = @name", ("name", name)) > 0;
    }
}
