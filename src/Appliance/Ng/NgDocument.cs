using System.Text;

namespace Tandem.Ng;

/// <summary>
/// One request's dictionary as a flat list of values over a copy of its bytes. Re-used for every datagram, so that reading allocates nothing.
/// </summary>
/// <remarks>Values lie in document order; a dictionary's are key, value, key, value. <see cref="NgValue"/> is the way to look at them, and is
/// valid until the next <see cref="Load"/>.</remarks>
internal sealed class NgDocument
{
    /// <summary>Lists and dictionaries within each other; the protocol needs four.</summary>
    public const int MaxDepth = 16;

    /// <summary>Values of one document; the longest flags lists have some dozens.</summary>
    public const int MaxValues = 2048;

    private byte[] _bytes = new byte[4096];
    private Node[] _nodes = new Node[128];
    private int _count;

    /// <summary>The document; of kind None before one was read.</summary>
    public NgValue Root => new(this, _count == 0 ? -1 : 0);

    /// <summary>Written as JSON; else bencode.</summary>
    public bool IsJson { get; private set; }

    /// <summary>Reads a document, bencode or JSON by its first byte.</summary>
    /// <returns>False: it is neither, is cut, has something behind it, or is no dictionary. Never throws on wire input.</returns>
    public bool Load(ReadOnlySpan<byte> document)
    {
        _count = 0;
        if (document.IsEmpty) return false;
        if (_bytes.Length < document.Length) _bytes = new byte[document.Length];
        document.CopyTo(_bytes);
        Span<byte> copy = _bytes.AsSpan(0, document.Length);
        IsJson = document[0] != (byte)'d';
        bool read = IsJson ? JsonParser.TryParse(copy, this) : BencodeParser.TryParse(copy, this);
        if (!read || Root.Kind != NgKind.Dictionary) _count = 0;
        return _count > 0;
    }

    /// <summary>Adds a value; its end is told by <see cref="Close"/> where it has children. −1: too many.</summary>
    internal int Add(NgKind kind, int start = 0, int length = 0, long integer = 0)
    {
        if (_count == MaxValues) return -1;
        if (_count == _nodes.Length) Array.Resize(ref _nodes, _nodes.Length * 2);
        _nodes[_count] = new Node { Kind = kind, Start = start, Length = length, Integer = integer, Next = _count + 1 };
        return _count++;
    }

    internal void Close(int node) => _nodes[node].Next = _count;

    internal NgKind KindOf(int node) => node < 0 ? NgKind.None : _nodes[node].Kind;

    internal ReadOnlySpan<byte> BytesOf(int node) => _bytes.AsSpan(_nodes[node].Start, _nodes[node].Length);

    internal long IntegerOf(int node) => _nodes[node].Integer;

    internal int NextOf(int node) => _nodes[node].Next;

    internal string TextOf(int node) => Encoding.UTF8.GetString(BytesOf(node));

    private struct Node
    {
        public NgKind Kind;
        public int Start, Length;
        public long Integer;
        public int Next;    // the first value behind this one and its children
    }
}
