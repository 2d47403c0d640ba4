using Tandem.Dtls;
using Tandem.Media;
using Xunit;

namespace Appliance.Tests.Dtls;

/// <summary>A handshake of ours with ourselves: the server on the caller's thread, without associations and their pool of threads.</summary>
internal sealed class InlineHandshake
{
    private const int NeverMs = 60_000;    // nothing is lost here, and a repetition would be counted

    private readonly DtlsIdentity _serverIdentity = DtlsIdentity.Make(DateTimeOffset.UtcNow), _clientIdentity = DtlsIdentity.Make(DateTimeOffset.UtcNow);

    /// <summary>Of the last run.</summary>
    public DtlsTerms Server { get; private set; } = null!;

    /// <inheritdoc cref="Server"/>
    public DtlsTerms Client { get; private set; } = null!;

    /// <summary>Bytes that the server's thread allocated in the last run.</summary>
    public long ServerAllocated { get; private set; }

    public void Run()
    {
        Server = new DtlsTerms([_clientIdentity.Fingerprint], NeverMs);
        Client = new DtlsTerms([_serverIdentity.Fingerprint], NeverMs);
        DtlsPipe toServer = null!, toClient = null!;
        toServer = new DtlsPipe(datagram => toClient.Put(datagram));
        toClient = new DtlsPipe(datagram => toServer.Put(datagram));
        Exception? fault = null;
        var client = new Thread(() =>
        {
            try
            {
                Play(DtlsRole.Client, _clientIdentity, Client, toClient);
            }
#pragma warning disable CA1031 // told to the test's thread
            catch (Exception e)
#pragma warning restore CA1031
            {
                fault = e;
            }
        });
        client.Start();
        ServerAllocated = Play(DtlsRole.Server, _serverIdentity, Server, toServer);
        Assert.True(client.Join(TimeSpan.FromSeconds(30)), "the client does not end");
        Assert.Null(fault);
        Assert.NotNull(Server.Keys);
        Assert.NotNull(Client.Keys);
    }

    /// <summary>Lets go of the last run.</summary>
    public void Forget() => Server = Client = null!;

    private static long Play(DtlsRole role, DtlsIdentity identity, DtlsTerms terms, DtlsPipe pipe)
    {
        using var credentials = new DtlsCredentials(identity);
        var cores = new DtlsCores(1);
        using var worker = new DtlsWorker(cores);
        cores.Enter();
        pipe.Reader = worker;
        pipe.Deadline = MediaClock.Now + TimeSpan.FromSeconds(30);
        long before = GC.GetAllocatedBytesForCurrentThread();
        DtlsHandshake.Run(role, credentials, terms, pipe, unprovenAddress: null, static () => { });
        pipe.Flush();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
