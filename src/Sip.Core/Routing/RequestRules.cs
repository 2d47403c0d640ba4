using System.Text;
using Sip.Core.Messages;

namespace Sip.Core.Routing;

/// <summary>What an element understands: methods, extensions, bodies. Made once, immutable, shared.</summary>
public sealed class RequestRules
{
    readonly uint _methods;
    readonly byte[][] _extensions;
    readonly byte[][] _sessionBodies;

    /// <summary>The value of an Allow header.</summary>
    public ReadOnlyMemory<byte> Allow { get; }

    /// <summary>The value of a Supported header; empty when there are no extensions.</summary>
    public ReadOnlyMemory<byte> Supported { get; }

    /// <summary>The value of an Accept header: the bodies taken in requests that set up or change a session.</summary>
    public ReadOnlyMemory<byte> Accept { get; }

    /// <summary>True when a Request-URI may be a tel: URI.</summary>
    public bool TelUris { get; }

    /// <summary><paramref name="extensions"/> are option tags; <paramref name="sessionBodies"/> content types, by default
    /// application/sdp.</summary>
    public RequestRules(IReadOnlyList<SipMethod> methods, IReadOnlyList<string> extensions, IReadOnlyList<string>? sessionBodies = null,
        bool telUris = false)
    {
        ArgumentNullException.ThrowIfNull(methods);
        ArgumentNullException.ThrowIfNull(extensions);
        sessionBodies ??= ["application/sdp"];
        var names = new List<string>();
        foreach (SipMethod method in methods)
        {
            _methods |= 1u << (int)method;
            names.Add(Encoding.ASCII.GetString(SipMethods.NameOf(method)));
        }
        (Allow, Supported, Accept) = (Join(names), Join(extensions), Join(sessionBodies));
        _extensions = Bytes(extensions);
        _sessionBodies = Bytes(sessionBodies);
        TelUris = telUris;
    }

    public bool Allows(SipMethod method) => method != SipMethod.Unknown && (_methods & (1u << (int)method)) != 0;

    /// <summary>True for an option tag that we support, in any case.</summary>
    public bool Supports(ReadOnlySpan<byte> extension) => Contains(_extensions, extension);

    /// <summary>True for a media type (without parameters) that a session body may have, in any case.</summary>
    public bool AcceptsBody(ReadOnlySpan<byte> mediaType) => Contains(_sessionBodies, mediaType);

    /// <summary>True when a range of an Accept header (<c>type/subtype</c>, <c>type/*</c>, <c>*/*</c>) covers a body of ours.</summary>
    internal bool ProducesFor(ReadOnlySpan<byte> range)
    {
        if (range.SequenceEqual("*/*"u8)) return true;
        foreach (byte[] body in _sessionBodies)
        {
            if (Ascii.EqualsIgnoreCase(body, range)) return true;
            int slash = Array.IndexOf(body, (byte)'/');
            if (range.EndsWith("/*"u8) && Ascii.EqualsIgnoreCase(body.AsSpan(0, slash + 1), range[..^1])) return true;
        }
        return false;
    }

    static bool Contains(byte[][] list, ReadOnlySpan<byte> text)
    {
        foreach (byte[] entry in list)
            if (Ascii.EqualsIgnoreCase(entry, text)) return true;
        return false;
    }

    static byte[] Join(IReadOnlyList<string> texts) => Encoding.ASCII.GetBytes(string.Join(", ", texts));

    static byte[][] Bytes(IReadOnlyList<string> texts)
    {
        byte[][] all = new byte[texts.Count][];
        for (int i = 0; i < all.Length; i++) all[i] = Encoding.ASCII.GetBytes(texts[i]);
        return all;
    }
}
