using System.Net;
using System.Text;
using Sip.Core.Grammar;
using Sip.Core.Registration;
using Tandem.Net;
using Tandem.Storage;

namespace Tandem.Signalling;

/// <summary>Bindings as rows and back.</summary>
internal static class StoredBindings
{
    public static string NameOf(SipTransport transport) => transport switch
    {
        SipTransport.Udp => "udp",
        SipTransport.Tcp => "tcp",
        SipTransport.Tls => "tls",
        SipTransport.Ws => "ws",
        _ => "wss",
    };

    /// <summary>Where a stored binding came from; null: text that is no source.</summary>
    public static BindingSource? SourceOf(StoredBinding stored)
    {
        int space = stored.Source.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && IPEndPoint.TryParse(stored.Source.AsSpan(space + 1), out IPEndPoint? remote)
            ? new BindingSource(stored.Source[..space], remote, Direct: string.IsNullOrEmpty(stored.Path)) : null;
    }

    public static Binding<SipFlow> ToBinding(StoredBinding stored, BindingSource source, SipFlow? flow, TimeSpan now, TimeSpan left) => new(
        stored.ContactUri, stored.InstanceId ?? "", (uint)Math.Max(0, stored.RegId),
        stored.Q >= 1 ? -1 : (int)Math.Round(Math.Max(0, stored.Q) * 1000),
        stored.CallId, (uint)Math.Clamp(stored.CSeq, 0, int.MaxValue), now + left, now, source, Split(stored.Path), stored.UserAgent, flow);

    public static StoredBinding ToStored(string user, Binding<SipFlow> binding, DateTimeOffset expiresAt) => new(
        user, Clean(binding.Contact)!, binding.Instance.Length == 0 ? null : Clean(binding.Instance), (int)binding.RegId,
        (binding.Q < 0 ? 1000 : binding.Q) / 1000.0, binding.CallId, binding.CSeq, expiresAt, binding.Source.ToString(),
        binding.Path.Count == 0 ? null : Clean(string.Join(", ", binding.Path)), Clean(binding.UserAgent));

    /// <summary>A stranger's text: a database takes no NUL.</summary>
    private static string? Clean(string? text) => text?.Replace('\0', ' ');

    private static List<string> Split(string? path)
    {
        List<string> values = [];
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(path ?? "");
        while (!rest.IsEmpty)
        {
            int comma = SipGrammar.IndexOutsideQuotes(rest, (byte)',');
            values.Add(Encoding.UTF8.GetString(SipGrammar.Trim(comma < 0 ? rest : rest[..comma])));
            rest = comma < 0 ? default : rest[(comma + 1)..];
        }
        return values;
    }
}
