using System.Globalization;
using System.Text;
using Sip.Core.Authentication;
using Sip.Core.Framing;
using Sip.Core.Grammar;
using Sip.Core.Messages;
using Sip.Core.Registration;
using Sip.Core.Routing;
using Xunit;

namespace Sip.Core.Tests.Messages;

/// <summary>Mutated vectors with an oracle: what parses is written and parsed again to the same; nothing throws; nothing reads
/// outside.</summary>
public class FuzzTests
{
    const int Mutations = 40_000;

    static readonly RequestRules Rules = new([SipMethod.Invite, SipMethod.Ack, SipMethod.Options, SipMethod.Register, SipMethod.Message],
        ["timer"]);

    static readonly byte[][] Pieces =
    [
        .. ((string[])["\r\n", "\r\n ", "\r", "\n", "\0", "\"", "\\", "<", ">", ";", ",", "=", "?", "@", ":", "%", "%00", "[", "]",
            "[::1]", "*", " ", "\t", "/", "SIP/2.0", "sip:",
            "Content-Length: 5\r\n", "Via: ", "Contact: *\r\n", "0", "-1", "4294967296", "2147483648", "99999999999999999999", "\u00e4",
                ";tag=", ";branch=z9hG4bK", "\r\n\r\n"])
            .Select(Encoding.UTF8.GetBytes),
    ];

    readonly SipMessage _message = new(), _again = new();
    readonly byte[] _buffer = new byte[2 * SipMessage.MaxBytes];

    static byte[][] Seeds() => [SipMessageTests.Invite, .. Vectors.Rfc4475Names().Select(Vectors.Rfc4475)];

    /// <summary>One to three changes: a byte, a bit, a cut, a repetition, a splice with another vector, a lively piece of text.</summary>
    static byte[] Mutate(byte[][] seeds, Random random)
    {
        List<byte> bytes = [.. seeds[random.Next(seeds.Length)]];
        for (int changes = random.Next(1, 4); changes > 0 && bytes.Count > 0; changes--)
        {
            int at = random.Next(bytes.Count), length = Math.Min(random.Next(1, 40), bytes.Count - at);
            switch (random.Next(9))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveRange(at, length); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                case 4: bytes.RemoveRange(at, random.Next(4) == 0 ? bytes.Count - at : 1); break;
                case 5:
                    byte[] other = seeds[random.Next(seeds.Length)];
                    bytes.InsertRange(at, other.Skip(random.Next(other.Length)).Take(random.Next(200)));
                    break;
                default: bytes.InsertRange(at, Pieces[random.Next(Pieces.Length)]); break;
            }
        }
        return [.. bytes];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_parses_is_written_and_parsed_again_to_the_same(int seed) => CheckMutations(seed, Mutations);

    [Fact]
    [Trait("Category", "Long")]
    public void Two_million_mutations_later_that_still_holds() => CheckMutations(seed: 3, 50 * Mutations);

    void CheckMutations(int seed, int mutations)
    {
        var random = new Random(seed);
        byte[][] seeds = Seeds();
        int good = 0;
        for (int i = 0; i < mutations; i++)
        {
            byte[] bytes = Mutate(seeds, random);
            try
            {
                if (_message.Parse(bytes) == SipParseError.None)
                {
                    good++;
                    CheckRoundTrip();
                }
                Touch(_message);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"mutation {i} of seed {seed}: {Convert.ToHexString(bytes)}", e);
            }
        }
        Assert.InRange(good, mutations / 10, mutations * 9 / 10);     // the mutations are neither too tame nor too wild
    }

    void CheckRoundTrip()
    {
        string whole = Describe(_message);
        Assert.Equal(SipParseError.None, _again.Parse(_message.Bytes));
        Assert.Equal(whole, Describe(_again));

        var writer = new SipWriter(_buffer);
        if (_message.IsRequest) writer.RequestLine(_message.MethodName, _message.RequestUri);
        else writer.StatusLine(_message.StatusCode, _message.ReasonPhrase);
        foreach (SipHeaderLine line in _message.Lines)
        {
            if (line.Id is SipHeaderId.ContentLength or SipHeaderId.ContentType) continue;
            if (line.Id == SipHeaderId.Unknown) writer.Header(line.Name, line.Value);
            else writer.Header(line.Id, line.Value);
        }
        if (_message.Body.IsEmpty && _message.Has(SipHeaderId.ContentType)) writer.Header(SipHeaderId.ContentType,
            _message.First(SipHeaderId.ContentType));
        writer.Body(_message.First(SipHeaderId.ContentType), _message.Body);
        Assert.False(writer.Overflowed);
        if (writer.Length > SipMessage.MaxBytes) return;
        Assert.Equal(SipParseError.None, _again.Parse(writer.Written));
        // An empty reason is written as the RFC's; with a body an empty Content-Type is not written.
        Assert.Equal(Fields(_message), Fields(_again));
    }

    static string Fields(SipMessage message)
    {
        var text = new StringBuilder();
        text.Append(message.IsRequest).Append(message.Method).Append(message.StatusCode).Append(message.CSeqNumber).Append(message.MaxForwards).Append('|');
        foreach (ReadOnlySpan<byte> part in (Parts)message) text.Append(Convert.ToHexString(part)).Append('|');
        foreach (SipHeaderId id in Enum.GetValues<SipHeaderId>())
        {
            if (id is SipHeaderId.Unknown or SipHeaderId.ContentLength) continue;
            foreach (ReadOnlySpan<byte> value in message.All(id)) text.Append((int)id).Append(':').Append(Convert.ToHexString(value)).Append(' ');
        }
        foreach (SipHeaderLine line in message.Lines)
            if (line.Id == SipHeaderId.Unknown) text.Append(Convert.ToHexString(line.Name)).Append('=').Append(Convert.ToHexString(line.Value)).Append(' ');
        return text.ToString();
    }

    static string Describe(SipMessage message) => string.Create(CultureInfo.InvariantCulture,
        $"{Fields(message)}{Convert.ToHexString(message.ReasonPhrase)} {message.LineCount} {message.Bytes.Length}");

    ref struct Parts(SipMessage message)
    {
        int _index = -1;
        public static implicit operator Parts(SipMessage message) => new(message);
        public readonly Parts GetEnumerator() => this;
        public bool MoveNext() => ++_index < 8;
        public readonly ReadOnlySpan<byte> Current => _index switch
        {
            0 => message.MethodName,
            1 => message.RequestUri,
            2 => message.CallId,
            3 => message.FromTag,
            4 => message.ToTag,
            5 => message.TopBranch,
            6 => message.CSeqMethodName,
            _ => message.Body,
        };
    }

    /// <summary>Everything that looks at a message, whether it parsed or not.</summary>
    void Touch(SipMessage message)
    {
        _ = message.RejectStatus;
        _ = message.TryGetTopVia(out _);
        if (message.Error == SipParseError.None)
        {
            int status = message.IsRequest ? RequestValidation.Check(message, Rules) : ResponseValidation.IsForUs(message) ? 0 : 1;
            var writer = new SipWriter(_buffer);
            RequestValidation.WriteFields(ref writer, status, message, Rules);
            _ = RequestValidation.HasPassed(message, "h"u8, 5060);
            if (message.Method == SipMethod.Register) _ = RegisterRequest.TryRead(message, out _);
        }
        foreach (SipHeaderLine line in message.Lines)
        {
            ReadOnlySpan<byte> value = line.Value;
            Assert.False(value.ContainsAny((byte)'\r', (byte)'\n'));
            if (NameAddr.TryParse(value, out NameAddr address)) _ = address.GetDisplayName();
            if (Contact.TryParse(value, out Contact contact) && SipUri.TryParse(contact.Uri, out SipUri uri))
            {
                Assert.True(SipUriComparison.AreEqual(uri, uri));
                _ = SipUriText.Decode(uri.User);
                _ = SipUriText.TryAddress(uri.Host, out _);
            }
            _ = Via.TryParse(value, out _);
            _ = CSeq.TryParse(value, out _);
            if (DigestCredentials.TryParse(value, out DigestCredentials credentials)) _ = credentials.GetUser();
        }
    }

    [Fact]
    public void Credentials_of_any_text_are_refused_not_thrown_on()
    {
        var random = new Random(3);
        var server = new DigestAuthenticator("tandem", new byte[32]);
        DigestSecret secret = DigestSecret.FromPassword("1001", "tandem", "secret");
        string nonce = server.Challenge(DigestAlgorithm.Md5, false, TimeSpan.Zero).Split("nonce=\"")[1].Split('"')[0];
        byte[][] seeds = [Encoding.ASCII.GetBytes($"Digest username=\"1001\", realm=\"tandem\", nonce=\"{nonce}\", uri=\"sip:h\", response=\"{new string('0', 32)}\", cnonce=\"a\", " +
            "nc=00000001, qop=auth, algorithm=SHA-256")];
        int parsed = 0;
        for (int i = 0; i < 20_000; i++)
        {
            if (!DigestCredentials.TryParse(Mutate(seeds, random), out DigestCredentials credentials)) continue;
            parsed++;
            Assert.NotEqual(DigestOutcome.Ok, server.Verify(credentials, secret, "REGISTER"u8, TimeSpan.Zero));
        }
        Assert.InRange(parsed, 1000, 19_999);
    }

    [Fact]
    public void A_mutated_stream_is_cut_the_same_wherever_it_breaks()
    {
        var random = new Random(4);
        byte[][] seeds = [.. Seeds().Where(seed => seed.AsSpan().IndexOf("ength"u8) > 0)];
        for (int i = 0; i < 5_000; i++)
        {
            byte[] stream = [.. Mutate(seeds, random), .. "\r\n\r\n"u8, .. seeds[random.Next(seeds.Length)]];
            string whole = Frames(stream, stream.Length);
            Assert.Equal(whole, Frames(stream, 1 + random.Next(stream.Length)));
            if (i % 20 == 0) Assert.Equal(whole, Frames(stream, 1));
        }

        static string Frames(byte[] stream, int step)
        {
            var framer = new SipStreamFramer();
            var seen = new StringBuilder();
            int start = 0;
            for (int end = Math.Min(step, stream.Length); ; end = Math.Min(end + step, stream.Length))
            {
                SipFrame frame;
                while ((frame = framer.Next(stream.AsSpan(start, end - start))) is not (SipFrame.NeedMore or SipFrame.Error))
                {
                    seen.Append(frame).Append(framer.Length).Append(' ');
                    start += framer.Length;
                }
                if (frame == SipFrame.Error) return seen.Append(framer.Error).ToString();
                if (end == stream.Length) return seen.Append(start).ToString();
            }
        }
    }
}
