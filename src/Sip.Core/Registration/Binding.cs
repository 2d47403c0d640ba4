using System.Globalization;
using System.Text;

namespace Sip.Core.Registration;

/// <summary>One contact of an address-of-record (RFC 3261 §10). Immutable: a refresh makes a new one.</summary>
/// <param name="Contact">The URI exactly as the phone wrote it: it is the Request-URI of calls to it, and phones look for it in the
/// 200.</param>
/// <param name="Instance">The value of +sip.instance with its angle brackets; empty: none.</param>
/// <param name="RegId">reg-id of RFC 5626; 0: none.</param>
/// <param name="Q">Preference in thousandths; -1: not given, counts as 1000.</param>
/// <param name="CallId">Call-ID of the REGISTER that set it.</param>
/// <param name="CSeq">Its sequence number.</param>
/// <param name="ExpiresAt">On the caller's monotonic clock.</param>
/// <param name="RefreshedAt">When it was last set.</param>
/// <param name="Source">Where its packets came from.</param>
/// <param name="Path">Path values (RFC 3327), nearest to us first; empty: none.</param>
/// <param name="UserAgent">The User-Agent header; null: none.</param>
/// <param name="Flow">The flow to reach it by; null: none is open.</param>
public sealed record Binding<TFlow>(string Contact, string Instance, uint RegId, int Q, string CallId, uint CSeq, TimeSpan ExpiresAt,
    TimeSpan RefreshedAt, BindingSource Source, IReadOnlyList<string> Path, string? UserAgent, TFlow? Flow) where TFlow : class
{
    /// <summary>Whole seconds left, rounded up; 0 once expired.</summary>
    public long SecondsLeft(TimeSpan now) => ExpiresAt <= now ? 0 : (long)Math.Ceiling((ExpiresAt - now).TotalSeconds);

    /// <summary>The Contact value that lists the binding in a 200 (§10.3 step 8): its URI as given and what is left of its time.</summary>
    public string ContactValue(TimeSpan now)
    {
        var text = new StringBuilder().Append('<').Append(Contact).Append(">;expires=").Append(SecondsLeft(now));
        if (Q >= 0) text.Append(";q=").Append(Q / 1000).Append('.').Append((Q % 1000).ToString("000", CultureInfo.InvariantCulture));
        if (Instance.Length > 0) text.Append(";+sip.instance=\"").Append(Instance).Append('"');
        if (RegId > 0) text.Append(";reg-id=").Append(RegId);
        return text.ToString();
    }
}
