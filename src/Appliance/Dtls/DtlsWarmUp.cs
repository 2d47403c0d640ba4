using System.Net;
using Tandem.Media;
using Tandem.Net.Interop;

namespace Tandem.Dtls;

/// <summary>Handshakes with ourselves, behind what the host does: the first of a process compiles for a third of a second, and a caller would wait for it.</summary>
/// <remarks>The workers do it, niced; the last of them has been compiled anew with what the runtime learned.</remarks>
internal sealed class DtlsWarmUp
{
    private const int Rounds = 32;    // the runtime compiles a method again after 30 calls

    private static readonly NativeSocketAddress s_nowhere = NativeSocketAddress.From(IPAddress.Loopback, 9);

    private readonly DtlsEndpoint _endpoint;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DtlsAssociation? _client, _server;
    private int _rounds;
    private int _open;

    private DtlsWarmUp(DtlsEndpoint endpoint) => _endpoint = endpoint;

    /// <summary>Returns at once.</summary>
    /// <returns>Completes when it is done, or was given up.</returns>
    public static Task Begin(DtlsEndpoint endpoint)
    {
        var warmUp = new DtlsWarmUp(endpoint);
        warmUp.Next();
        return warmUp._done.Task;
    }

    private void Next()
    {
        if (_rounds++ == Rounds)
        {
            _done.SetResult();
            return;
        }
        _open = 2;
        _server = Make(DtlsRole.Server, datagram => _client!.Put(datagram));
        _client = Make(DtlsRole.Client, datagram => _server.Put(datagram));
        _server.Start(MediaClock.Now);
        _client.Start(MediaClock.Now);
    }

    private DtlsAssociation Make(DtlsRole role, Action<byte[]> send) => new(
        _endpoint, new DtlsSettings(role, [_endpoint.Fingerprint]), s_nowhere, proven: _rounds % 2 == 0,
        (_, datagram) => send(datagram), (_, _) => OnConnected(), (_, _) => _done.TrySetResult());

    private void OnConnected()
    {
        if (Interlocked.Decrement(ref _open) == 0) Next();
    }
}
