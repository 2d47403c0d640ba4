namespace Tandem.Routing;

/// <summary>What an incoming number rings: the exact number first, then its longest prefix; at the same length a carrier's own entry first.</summary>
public sealed class DidMap
{
    private readonly PrefixMap<Did> _any = new();
    private readonly Dictionary<string, PrefixMap<Did>> _byCarrier = new(StringComparer.Ordinal);

    public DidMap(IEnumerable<Did> dids)
    {
        foreach (Did did in dids)
        {
            Count++;
            if (did.Carrier is not { } carrier) _any.Add(did.Number, did.Prefix, did);
            else
            {
                if (!_byCarrier.TryGetValue(carrier, out PrefixMap<Did>? own)) _byCarrier.Add(carrier, own = new PrefixMap<Did>());
                own.Add(did.Number, did.Prefix, did);
            }
        }
    }

    public int Count { get; }

    /// <param name="received">The number as the carrier sent it.</param>
    /// <param name="e164">The same in E.164 with +; null: it has no such form.</param>
    /// <param name="carrier">The carrier that the call comes from; null: only entries for any carrier count.</param>
    public Did? Find(string received, string? e164, string? carrier)
    {
        PrefixMap<Did>? own = carrier is null ? null : _byCarrier.GetValueOrDefault(carrier);
        return (e164 is null ? null : Number(own, e164)) ?? Number(own, received)
            ?? (e164 is null ? null : Prefix(own, e164)) ?? Prefix(own, received);
    }

    private Did? Number(PrefixMap<Did>? own, string number) =>
        own is not null && own.TryNumber(number, out Did? did) ? did : _any.TryNumber(number, out did) ? did : null;

    private Did? Prefix(PrefixMap<Did>? own, string number)
    {
        for (int length = number.Length; length >= 0; length--)
        {
            ReadOnlySpan<char> prefix = number.AsSpan(0, length);
            if (own is not null && own.TryPrefix(prefix, out Did? did) || _any.TryPrefix(prefix, out did)) return did;
        }
        return null;
    }
}
