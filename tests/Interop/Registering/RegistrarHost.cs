using System.Net;
using Interop.Peers;
using Microsoft.Extensions.Logging.Abstractions;
using Sip.Core.Registration;
using Tandem.Net;
using Tandem.Signalling;

namespace Interop.Registering;

/// <summary>Signalling without calls, in this process: what real clients register with.</summary>
internal sealed class RegistrarHost : IAsyncDisposable
{
    public const string User = "1001", Password = "secret";

    private readonly SignallingShard _shard = new(NullLogger.Instance);
    private readonly SipTransports _transports;
    private readonly UserAgent _agent;

    public RegistrarHost(TimeSpan? minExpires = null)
    {
        Address = new IPEndPoint(IPAddress.Loopback, Ports.Sip());
        _transports = new SipTransports(_shard,
            new SipListenOptions { Addresses = [IPAddress.Loopback], UdpPort = Address.Port, TcpPort = Address.Port, TlsPort = -1 },
            NullLogger.Instance);
        _agent = new UserAgent(_shard, _transports, new UserAgentOptions(), NullLogger.Instance);
        Registrar = new Registrar(_agent,
            new RegistrarOptions { Limits = new BindingLimits(minExpires ?? TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(3600)) },
            NullLogger.Instance);
        Restart();
        _transports.Start();
        _shard.Start();
    }

    public IPEndPoint Address { get; }

    public Registrar Registrar { get; }

    /// <summary>Status and header lines of every verdict of <see cref="Judge"/>.</summary>
    public List<RequestVerdict> Verdicts { get; } = [];

    /// <summary>May change a verdict on its way.</summary>
    public Func<RequestVerdict, RequestVerdict> Judge { get; set; } = verdict => verdict;

    /// <summary>A new authenticator, as after a restart: no nonce from before is known to it.</summary>
    public void Restart()
    {
        Tandem.Storage.User user = Tandem.Storage.User.WithPassword(User, "", "tandem", Password);
        var authenticator = new RequestAuthenticator("tandem", name => name == User ? user : null, () => _shard.Now, NullLogger.Instance);
        _agent.Admit = request =>
        {
            RequestVerdict verdict = Judge(authenticator.Admit(request));
            lock (Verdicts) Verdicts.Add(verdict);
            return verdict;
        };
    }

    public Task<T> OnShardAsync<T>(Func<T> function) => _shard.InvokeAsync(function);

    public int[] Statuses()
    {
        lock (Verdicts) return [.. Verdicts.Select(verdict => verdict.Status)];
    }

    public async ValueTask DisposeAsync()
    {
        await _shard.InvokeAsync(() => { _agent.Dispose(); return true; });
        _transports.Dispose();
        _shard.Dispose();
    }
}
