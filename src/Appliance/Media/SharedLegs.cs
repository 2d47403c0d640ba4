using System.Buffers.Binary;
using Rtp.Core.Stun;
using Tandem.Net.Interop;

namespace Tandem.Media;

/// <summary>Whose a datagram on a shared port is: a check by the username fragment it names, anything else by the address that a check came from.</summary>
internal sealed class SharedLegs
{
    /// <summary>An address stays with a leg that was heard from it within this time, whoever else proves to be there.</summary>
    private static readonly TimeSpan s_tenure = TimeSpan.FromSeconds(10);

    private const int FragmentLength = 8, MaxAddresses = 64;

    private readonly Dictionary<ulong, LoopLeg> _byFragment = [];
    private readonly Dictionary<SharedAddress, LoopLeg> _byAddress = [];

    /// <summary>Addresses that lead somewhere.</summary>
    public int Addresses => _byAddress.Count;

    public void Add(LoopLeg leg, string fragment)
    {
        ulong key = Key(fragment);
        _byFragment[key] = leg;
        List<ulong> fragments = leg.Shared!.Fragments;
        fragments.Add(key);
        if (fragments.Count <= 2) return;    // in force, and in the making
        _byFragment.Remove(fragments[0]);
        fragments.RemoveAt(0);
    }

    public void Remove(LoopLeg leg)
    {
        foreach (ulong fragment in leg.Shared!.Fragments) _byFragment.Remove(fragment);
        foreach (SharedAddress address in leg.Shared.Addresses)
        {
            if (_byAddress.GetValueOrDefault(address) == leg) _byAddress.Remove(address);
        }
    }

    public LoopLeg? Find(int socket, in NativeSocketAddress source) => _byAddress.GetValueOrDefault(new SharedAddress(socket, source));

    /// <summary>The leg that a request means; null: none here.</summary>
    /// <param name="datagram">STUN, as it came.</param>
    /// <param name="tag">Of the transaction, where it is a response; else −1.</param>
    public LoopLeg? Find(ReadOnlySpan<byte> datagram, out int tag)
    {
        tag = -1;
        if (!StunView.TryParse(datagram, out StunView view)) return null;
        if (view.Class is StunClass.SuccessResponse or StunClass.ErrorResponse) tag = unchecked((int)view.TransactionId.First);
        ReadOnlySpan<byte> name = view.Username;
        return view.Class == StunClass.Request && name.Length > FragmentLength && name[FragmentLength] == ':'
            ? _byFragment.GetValueOrDefault(BinaryPrimitives.ReadUInt64LittleEndian(name)) : null;
    }

    /// <summary>Whether a check from here may reach the leg: nobody takes an address away from a call that is alive on it.</summary>
    public bool MayClaim(LoopLeg leg, int socket, in NativeSocketAddress source, TimeSpan now) =>
        Find(socket, source) is not { } owner || owner == leg || !owner.Machine.IsAlive(socket, source, s_tenure, now);

    /// <summary>An address proved to be the leg's.</summary>
    public void Claim(LoopLeg leg, int socket, in NativeSocketAddress source)
    {
        var address = new SharedAddress(socket, source);
        _byAddress[address] = leg;
        Queue<SharedAddress> addresses = leg.Shared!.Addresses;
        addresses.Enqueue(address);
        if (addresses.Count <= MaxAddresses) return;
        SharedAddress oldest = addresses.Dequeue();
        if (oldest.Socket == leg.Machine.Ice!.PathSocket && oldest.Address.Equals(leg.Machine.Ice.Path)) addresses.Enqueue(oldest);
        else if (_byAddress.GetValueOrDefault(oldest) == leg) _byAddress.Remove(oldest);
    }

    private static ulong Key(string fragment)
    {
        Span<byte> bytes = stackalloc byte[FragmentLength];
        System.Text.Encoding.ASCII.GetBytes(fragment, bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}

/// <summary>A peer's address as one of our sockets sees it.</summary>
internal readonly record struct SharedAddress(int Socket, NativeSocketAddress Address)
{
    public bool Equals(SharedAddress other) => Socket == other.Socket && Address.Equals(other.Address);

    public override int GetHashCode() => HashCode.Combine(Socket, Address.GetHashCode());
}

/// <summary>What leads to one leg on a shared port.</summary>
internal sealed class SharedEntries
{
    public List<ulong> Fragments { get; } = new(2);

    public Queue<SharedAddress> Addresses { get; } = new();
}
