using Tandem.Net.Interop;

namespace Tandem.Ng;

/// <summary>The latest replies by cookie and sender: a request that comes again is answered by the same bytes and does nothing again.</summary>
/// <remarks>A ring whose entries and their arrays are re-used. It grows while entries younger than <see cref="Lifetime"/> would be
/// overwritten, up to <see cref="MaxEntries"/>: beyond that rate the oldest go early.</remarks>
internal sealed class NgReplies
{
    /// <summary>Kamailio repeats for some seconds.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    public const int MaxEntries = 8192;

    private readonly Dictionary<ulong, int> _byKey = [];
    private Entry[] _entries = new Entry[256];
    private int _next;

    /// <summary>The reply to an earlier request with this cookie from this sender; empty: there is none.</summary>
    public ReadOnlySpan<byte> Find(ReadOnlySpan<byte> cookie, in NativeSocketAddress sender, TimeSpan now)
    {
        if (!_byKey.TryGetValue(Key(cookie, sender), out int at)) return default;
        ref Entry entry = ref _entries[at];
        if (now - entry.At > Lifetime || !entry.Sender.Equals(sender)) return default;
        ReadOnlySpan<byte> reply = entry.Reply.AsSpan(0, entry.Length);
        // A reply starts with its cookie and a blank, and a cookie holds no blank.
        return reply.Length > cookie.Length && reply[cookie.Length] == (byte)' ' && reply.StartsWith(cookie) ? reply : default;
    }

    /// <summary>Keeps a reply.</summary>
    public void Add(ReadOnlySpan<byte> cookie, in NativeSocketAddress sender, ReadOnlySpan<byte> reply, TimeSpan now)
    {
        if (_entries[_next].Reply is not null && now - _entries[_next].At < Lifetime && _entries.Length < MaxEntries)
        {
            _next = _entries.Length;    // the order of age is broken once for each doubling, which harms nothing
            Array.Resize(ref _entries, _entries.Length * 2);
        }
        ref Entry entry = ref _entries[_next];
        if (entry.Reply is not null && _byKey.TryGetValue(entry.Key, out int holder) && holder == _next) _byKey.Remove(entry.Key);
        if (entry.Reply is null || entry.Reply.Length < reply.Length) entry.Reply = new byte[(reply.Length + 255) & ~255];
        reply.CopyTo(entry.Reply);
        entry.Length = reply.Length;
        entry.Key = Key(cookie, sender);
        entry.Sender = sender;
        entry.At = now;
        _byKey[entry.Key] = _next;
        _next = (_next + 1) % _entries.Length;
    }

    private static ulong Key(ReadOnlySpan<byte> cookie, in NativeSocketAddress sender)
    {
        ulong hash = 14695981039346656037;    // FNV-1a: what is found is compared in full
        foreach (byte b in cookie) hash = unchecked((hash ^ b) * 1099511628211);
        return unchecked((hash ^ (uint)sender.GetHashCode()) * 1099511628211);
    }

    private struct Entry
    {
        public byte[] Reply;
        public int Length;
        public ulong Key;
        public NativeSocketAddress Sender;
        public TimeSpan At;
    }
}
