using System.Security.Cryptography;
using Tandem.Defence;
using Tandem.Net.Interop;

namespace Tandem.Net;

/// <summary>
/// The program by which the kernel tells datagrams of known sources (it returns 0) from those of strangers (1): a table of bits, found by a
/// hash of the source's address and written as a tree of comparisons, since a classic packet filter has no memory to look into.
/// </summary>
/// <remarks>Of 16,384 bits; a stranger whose bit is that of a known source passes for known here (6 % of them beside 1,000 known sources), and is told apart
/// later. The hash is secret, so nobody can choose such an address.</remarks>
internal sealed class SourceSieve
{
    private const int Leaves = 512, LeafBits = 32, HashShift = 18;    // a hash of 32 bits: 9 choose the leaf, the next 5 the bit
    private const int IPv4Source = 12, IPv6Source = 8;

    private readonly uint _first = Odd(), _second = Odd();
    private readonly uint[] _bits = new uint[Leaves];

    /// <summary>The known sources from now on.</summary>
    /// <returns>False: the programs are what they were.</returns>
    public bool Set(IEnumerable<SourceKey> known)
    {
        Span<uint> before = stackalloc uint[Leaves];
        _bits.CopyTo(before);
        Array.Clear(_bits);
        foreach (SourceKey source in known)
        {
            uint hash = Hash(source.Words);
            _bits[hash >> (HashShift + 5)] |= 1u << (int)((hash >> HashShift) & (LeafBits - 1));
        }
        return !before.SequenceEqual(_bits);
    }

    /// <summary>For a socket of that family.</summary>
    public FilterStep[] Program(bool ipv6)
    {
        uint address = FilterCodes.NetworkHeader + (ipv6 ? IPv6Source : (uint)IPv4Source);
        List<FilterStep> steps = [new(FilterCodes.LoadWord, address), new(FilterCodes.Multiply, _first)];
        if (ipv6) steps.AddRange([new(FilterCodes.ToIndex), new(FilterCodes.LoadWord, address + 4), new(FilterCodes.Multiply, _second), new(FilterCodes.Add)]);
        steps.AddRange([new(FilterCodes.Store), new(FilterCodes.ShiftRight, HashShift), new(FilterCodes.And, LeafBits - 1), new(FilterCodes.ToIndex), new(FilterCodes.LoadMemory)]);
        List<int> found = [];
        WriteTree(steps, found, 0, Leaves);
        foreach (int leaf in found) steps[leaf] = new FilterStep(FilterCodes.Jump, (uint)(steps.Count - leaf - 1));
        steps.AddRange([new(FilterCodes.ShiftRightByIndex), new(FilterCodes.And, 1), new(FilterCodes.Xor, 1), new(FilterCodes.ReturnAccumulator)]);
        return [.. steps];
    }

    /// <summary>The leaves from <paramref name="from"/> to before <paramref name="to"/>; with the hash in the accumulator.</summary>
    private void WriteTree(List<FilterStep> steps, List<int> found, int from, int to)
    {
        if (!_bits.AsSpan(from, to - from).ContainsAnyExcept(0u))
        {
            steps.Add(new FilterStep(FilterCodes.Return, 1));
            return;
        }
        if (to - from == 1)
        {
            steps.Add(new FilterStep(FilterCodes.LoadImmediate, _bits[from]));
            found.Add(steps.Count);
            steps.Add(default);
            return;
        }
        int middle = (from + to) / 2;
        steps.Add(new FilterStep(FilterCodes.JumpIfAtLeast, (uint)middle << (HashShift + 5), IfTrue: 0, IfFalse: 1));
        int toUpper = steps.Count;
        steps.Add(default);
        WriteTree(steps, found, from, middle);
        steps[toUpper] = new FilterStep(FilterCodes.Jump, (uint)(steps.Count - toUpper - 1));
        WriteTree(steps, found, middle, to);
    }

    private uint Hash((uint High, uint Low, bool IsIpv6) source) =>
        unchecked(source.IsIpv6 ? (source.High * _first) + (source.Low * _second) : source.Low * _first);

    private static uint Odd() => (uint)RandomNumberGenerator.GetInt32(int.MaxValue) * 2 + 1;
}
