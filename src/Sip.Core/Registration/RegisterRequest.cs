using System.Text;
using Sip.Core.Grammar;
using Sip.Core.Messages;

namespace Sip.Core.Registration;

/// <summary>What a REGISTER asks for, owned (RFC 3261 §10.3 steps 6 and 7).</summary>
public sealed class RegisterRequest
{
    /// <summary>One Contact of the request; <paramref name="Expires"/> null: the Expires header, else the default.</summary>
    public sealed record Wish(string Contact, string Instance, uint RegId, int Q, uint? Expires);

    /// <summary>Longest Contact or Path value taken, and most Path values: the 200 repeats them all.</summary>
    const int MaxValueBytes = 1024, MaxPath = 8;

    readonly List<Wish> _wishes = [];
    readonly List<string> _path = [];

    /// <summary>True for <c>Contact: *</c>.</summary>
    public bool RemovesAll { get; private set; }

    /// <summary>No Contact at all asks for the list only.</summary>
    public IReadOnlyList<Wish> Wishes => _wishes;
    public IReadOnlyList<string> Path => _path;
    public uint? Expires { get; private set; }
    public string CallId { get; private set; } = "";
    public uint CSeq { get; private set; }
    public string? UserAgent { get; private set; }

    /// <summary>False for a request to be answered 400: a Contact that is none or overlong, or "*" beside others or without Expires
    /// 0.</summary>
    public static bool TryRead(SipMessage message, out RegisterRequest request)
    {
        ArgumentNullException.ThrowIfNull(message);
        request = new RegisterRequest
        {
            CallId = Encoding.UTF8.GetString(message.CallId),
            CSeq = message.CSeqNumber,
            UserAgent = message.GetString(SipHeaderId.UserAgent),
        };
        if (SipGrammar.TrySeconds(message.First(SipHeaderId.Expires), out uint seconds)) request.Expires = seconds;
        foreach (ReadOnlySpan<byte> value in message.All(SipHeaderId.Path))
        {
            if (value.Length > MaxValueBytes || request._path.Count == MaxPath) return false;
            request._path.Add(Encoding.UTF8.GetString(value));
        }
        foreach (ReadOnlySpan<byte> value in message.All(SipHeaderId.Contact))
        {
            if (value.Length > MaxValueBytes || !Contact.TryParse(value, out Contact contact)) return false;
            if (contact.IsStar) request.RemovesAll = true;
            else
            {
                request._wishes.Add(new Wish(Encoding.UTF8.GetString(contact.Uri), Encoding.UTF8.GetString(contact.Instance),
                    contact.RegId, contact.Q, contact.Expires));
            }
        }
        return !request.RemovesAll || (request._wishes.Count == 0 && request.Expires == 0);
    }
}
