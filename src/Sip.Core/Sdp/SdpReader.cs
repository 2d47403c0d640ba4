using System.Globalization;
using System.Text;

namespace Sip.Core.Sdp;

/// <summary>Turns bytes into a <see cref="SessionDescription"/>, line by line.</summary>
internal static class SdpReader
{
    private const int MaxBytes = 65_536;
    private const int MaxLines = 2_000;
    private const int MaxMedia = 64;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out SessionDescription? description, out string? error)
    {
        description = null;
        var draft = new Draft();
        error = Read(bytes, draft);
        if (error is not null) return false;
        description = draft.Finish();
        return true;
    }

    private static string? Read(ReadOnlySpan<byte> bytes, Draft draft)
    {
        if (bytes.Length > MaxBytes) return "the description is too large";
        int lines = 0;
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = (end < 0 ? bytes : bytes[..end]).TrimEnd("\r\0 \t"u8);
            bytes = end < 0 ? default : bytes[(end + 1)..];
            if (line.IsEmpty) continue;
            if (++lines > MaxLines) return "too many lines";
            if (line.Length < 2 || line[1] != (byte)'=' || !char.IsAsciiLetter((char)line[0])) return "a line is not of the form x=value";
            if (line.ContainsAny((byte)'\r', (byte)0)) return "a line holds a bare CR or a NUL";
            string value = Encoding.UTF8.GetString(line[2..]);
            string? error = draft.Add((char)line[0], value, first: lines == 1);
            if (error is not null) return error;
        }

        return draft.HasOrigin ? null : lines == 0 ? "the description is empty" : "o= is missing";
    }

    /// <summary>What has been read so far: the session's part, the finished m-lines, and the one that is being read.</summary>
    private sealed class Draft
    {
        private readonly List<SdpMedia> _media = [];
        private readonly List<SdpLine> _sessionLines = [];
        private readonly List<SdpAttribute> _sessionAttributes = [];
        private SdpOrigin? _origin;
        private string? _name;
        private SdpConnection? _sessionConnection;

        private SdpMedia? _current;
        private List<SdpLine> _lines = [];
        private List<SdpAttribute> _attributes = [];
        private SdpConnection? _connection;

        public bool HasOrigin => _origin is not null;

        public string? Add(char type, string value, bool first)
        {
            if (first) return type == 'v' && value.Trim() == "0" ? null : "v=0 is missing";
            switch (type)
            {
                case 'v': return "v= twice";
                case 'o': return _origin is null && SdpOrigin.TryParse(value, out _origin) ? null : "o= is wrong";
                case 's':
                    _name ??= value;
                    return null;
                case 'c':
                    // Of several c= lines (layered multicast) the first counts.
                    if (!SdpConnection.TryParse(value, out SdpConnection? connection)) return "c= is wrong";
                    if (_current is null) _sessionConnection ??= connection;
                    else _connection ??= connection;
                    return null;
                case 'a':
                    (_current is null ? _sessionAttributes : _attributes).Add(Attribute(value));
                    return null;
                case 'm':
                    FinishMedia();
                    return _media.Count < MaxMedia && TryParseMedia(value, out _current) ? null : "m= is wrong";
                default:
                    // RFC 8866 §5 would drop the whole description for an unknown type; the call matters more.
                    (_current is null ? _sessionLines : _lines).Add(new SdpLine(type, value));
                    return null;
            }
        }

        public SessionDescription Finish()
        {
            FinishMedia();
            return new SessionDescription
            {
                Origin = _origin!,
                Name = string.IsNullOrEmpty(_name) ? "-" : _name,
                Connection = _sessionConnection,
                Attributes = _sessionAttributes,
                Media = _media,
                OtherLines = _sessionLines,
            };
        }

        private void FinishMedia()
        {
            if (_current is null) return;
            _media.Add(_current with { Connection = _connection, Attributes = _attributes, OtherLines = _lines });
            (_current, _connection, _attributes, _lines) = (null, null, [], []);
        }

        private static SdpAttribute Attribute(string value)
        {
            int colon = value.IndexOf(':', StringComparison.Ordinal);
            return colon < 0 ? new SdpAttribute(value.Trim()) : new SdpAttribute(value[..colon].Trim(), value[(colon + 1)..]);
        }

        private static bool TryParseMedia(string value, out SdpMedia? media)
        {
            media = null;
            foreach (char c in value)
            {
                if (char.IsControl(c)) return false;    // we write these words back in answers
            }

            string[] fields = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 4) return false;
            string port = fields[1];
            int count = 1;
            int slash = port.IndexOf('/', StringComparison.Ordinal);
            if (slash >= 0)
            {
                if (!ushort.TryParse(port.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort ports) || ports == 0)
                    return false;
                count = ports;
                port = port[..slash];
            }

            if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number)) return false;
            media = new SdpMedia { Kind = fields[0], Port = number, PortCount = count, Protocol = fields[2], Formats = fields[3..] };
            return true;
        }
    }
}
