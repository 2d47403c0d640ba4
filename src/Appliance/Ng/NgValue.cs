using System.Globalization;
using System.Text;

namespace Tandem.Ng;

/// <summary>One value of an <see cref="NgDocument"/>, looked at in place.</summary>
internal readonly struct NgValue(NgDocument document, int node)
{
    public NgKind Kind => document is null ? NgKind.None : document.KindOf(node);

    public bool Exists => Kind != NgKind.None;

    /// <summary>A text's bytes; empty for anything else.</summary>
    public ReadOnlySpan<byte> Bytes => Kind == NgKind.Text ? document.BytesOf(node) : default;

    /// <summary>A text, or an integer written out; empty for anything else.</summary>
    public string Text => Kind switch
    {
        NgKind.Text => document.TextOf(node),
        NgKind.Integer => document.IntegerOf(node).ToString(CultureInfo.InvariantCulture),
        _ => "",
    };

    /// <summary>An integer, also one that is written as text, as Kamailio does for some; null: neither.</summary>
    public long? Integer => Kind switch
    {
        NgKind.Integer => document.IntegerOf(node),
        NgKind.Text when long.TryParse(Bytes, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) => number,
        _ => null,
    };

    /// <summary>The value under a key; blanks and hyphens in keys are the same.</summary>
    public NgValue this[ReadOnlySpan<byte> key]
    {
        get
        {
            foreach ((NgValue name, NgValue value) in Pairs)
            {
                if (SameKey(name.Bytes, key)) return value;
            }
            return default;
        }
    }

    /// <summary>Keys and values of a dictionary; nothing for anything else.</summary>
    public PairEnumerator Pairs => new(document, Kind == NgKind.Dictionary ? node : -1);

    /// <summary>Values of a list; a value that is no list is taken as a list of itself, as rtpengine does.</summary>
    public ItemEnumerator Items => Kind switch
    {
        NgKind.List => new(document, node + 1, document.NextOf(node)),
        NgKind.Text or NgKind.Integer => new(document, node, node + 1),
        _ => new(document, 0, 0),
    };

    public bool Is(ReadOnlySpan<byte> text) => SameKey(Bytes, text);

    /// <summary>Equal but for hyphens in place of blanks.</summary>
    public static bool SameKey(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.Length != b.Length) return false;
        for (int i = 0; i < a.Length; i++)
        {
            if (a[i] != b[i] && !(a[i] is (byte)' ' or (byte)'-' && b[i] is (byte)' ' or (byte)'-')) return false;
        }
        return true;
    }

    public override string ToString() => Encoding.UTF8.GetString(Bytes);

    internal ref struct PairEnumerator(NgDocument document, int node)
    {
        private readonly int _end = node < 0 ? 0 : document.NextOf(node);
        private int _value = node < 0 ? 0 : -1 - node;

        public readonly (NgValue Key, NgValue Value) Current => (new(document, _value - 1), new(document, _value));

        public readonly PairEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            int key = _value < 0 ? -_value : document?.NextOf(_value) ?? 0;
            if (node < 0 || key >= _end) return false;
            _value = document!.NextOf(key);    // a key is a text, so its value comes right behind it
            return true;
        }
    }

    internal ref struct ItemEnumerator(NgDocument document, int first, int end)
    {
        private int _next = first;
        private int _item;

        public readonly NgValue Current => new(document, _item);

        public readonly ItemEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_next >= end) return false;
            _item = _next;
            _next = document.NextOf(_item);
            return true;
        }
    }
}
