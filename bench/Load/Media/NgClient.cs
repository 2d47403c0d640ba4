using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Load.Media;

/// <summary>A client of the ng protocol. Make it on a thread of the generator's namespace.</summary>
internal sealed class NgClient : IDisposable
{
    private const int Patience = 15;    // seconds: who was overloaded answers when that is worked off

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte[] _buffer = new byte[65536];
    private readonly StringBuilder _request = new();
    private readonly string _name = Guid.NewGuid().ToString("N")[..8];    // rtpengine knows requests by their cookie alone
    private int _cookie;

    public NgClient(IPEndPoint engine)
    {
        _socket.ReceiveTimeout = 1000;
        _socket.Connect(engine);
    }

    public void WaitUntilReady(Engine engine)
    {
        for (int tries = 0; tries < 60; tries++)
        {
            if (engine.HasEnded) throw new InvalidOperationException($"{engine.Name} ended at its start:\n{engine.Log}");
            try
            {
                if (Send([("command", "ping")]).Contains("4:pong", StringComparison.Ordinal)) return;
            }
            catch (Exception e) when (e is SocketException or TimeoutException)
            {
                Thread.Sleep(200);
            }
        }
        throw new TimeoutException($"{engine.Name} does not answer:\n{engine.Log}");
    }

    /// <summary>An offer or answer; returns the rewritten SDP.</summary>
    public string Exchange(string command, string callId, string sdp, params (string Key, object Value)[] options)
    {
        List<(string, object)> request = [("command", command), ("call-id", callId), ("from-tag", "a"), ("sdp", sdp), .. options];
        if (command == "answer") request.Add(("to-tag", "b"));
        string reply = Send(request);
        return Text(reply, "sdp") ?? throw new InvalidOperationException($"{command}: {reply}");
    }

    public void Delete(string callId) => Send([("command", "delete"), ("call-id", callId), ("from-tag", "a"), ("delete delay", 0), ("flags", new[] { "fast" })]);

    public string Send(IEnumerable<(string Key, object Value)> request)
    {
        string cookie = $"{_name}_{++_cookie}";
        _request.Clear().Append(cookie).Append(" d");
        foreach ((string key, object value) in request)
        {
            Append(key);
            Append(value);
        }
        _request.Append('e');
        byte[] bytes = Encoding.Latin1.GetBytes(_request.ToString());
        for (int tries = 0; tries < Patience; tries++)
        {
            _socket.Send(bytes);
            try
            {
                while (true)
                {
                    string reply = Encoding.Latin1.GetString(_buffer, 0, _socket.Receive(_buffer));
                    if (reply.StartsWith(cookie + " ", StringComparison.Ordinal)) return reply;
                }
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.TimedOut)
            {
                // Asked again, as a proxy does.
            }
        }
        throw new TimeoutException("no reply to a request");
    }

    public void Dispose() => _socket.Dispose();

    private static string? Text(string reply, string key)
    {
        int at = reply.IndexOf($"{key.Length}:{key}", StringComparison.Ordinal);
        if (at < 0) return null;
        at += key.Length + 2;
        int colon = reply.IndexOf(':', at);
        return reply.Substring(colon + 1, int.Parse(reply.AsSpan(at, colon - at), CultureInfo.InvariantCulture));
    }

    private void Append(object value)
    {
        switch (value)
        {
            case int number: _request.Append(CultureInfo.InvariantCulture, $"i{number}e"); break;
            case string text: _request.Append(CultureInfo.InvariantCulture, $"{text.Length}:{text}"); break;
            case IEnumerable<string> list:
                _request.Append('l');
                foreach (string item in list) Append(item);
                _request.Append('e');
                break;
        }
    }
}
