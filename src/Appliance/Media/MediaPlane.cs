using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Configuration;
using Tandem.Dtls;
using Tandem.Net.Datagrams;

namespace Tandem.Media;

/// <summary>All media of the appliance: the loops and the ports they own.</summary>
public sealed partial class MediaPlane : IDisposable
{
    private readonly MediaLoop[] _loops;
    private readonly LoopLinks _links;
    private long _lastLeg;
    private int _disposed;

    private readonly DtlsEndpoint _dtls;

    private MediaPlane(MediaLoop[] loops, LoopLinks links, DtlsEndpoint dtls) => (_loops, _links, _dtls) = (loops, links, dtls);

    /// <summary>Of the certificate that every leg shows in a DTLS handshake, for SDP.</summary>
    public DtlsFingerprint DtlsFingerprint => _dtls.Fingerprint;

    public MediaPlaneStatus Status => new(_loops[0].Backend, [.. _loops.Select(loop => loop.Status)]);

    /// <summary>Starts the loops. Legs can be created when it returns.</summary>
    /// <param name="identity">What legs show in DTLS handshakes; null: made here and kept nowhere.</param>
    /// <exception cref="IOException">The kernel refuses what a loop needs: a failed start.</exception>
    internal static MediaPlane Start(MediaOptions options, ILoggerFactory log, DtlsIdentity? identity = null)
    {
        ILogger logger = log.CreateLogger<MediaPlane>();
        int opened = 0;    // what the kernel refuses the first it refuses all
        return Start(options, log, () => DatagramIo.Open(options.Io, Interlocked.Increment(ref opened) == 1 ? logger : NullLogger.Instance), identity);
    }

    internal static MediaPlane Start(MediaOptions options, ILoggerFactory log, Func<IDatagramIo> openIo, DtlsIdentity? identity = null)
    {
        ILogger logger = log.CreateLogger<MediaPlane>();
        MediaWarmUp.Run(openIo, logger);
        int count = options.Loops > 0 ? options.Loops : Environment.ProcessorCount;
        var links = new LoopLinks(count);
        var dtls = new DtlsEndpoint(identity ?? DtlsIdentity.Make(DateTimeOffset.UtcNow), logger);
        var loops = new MediaLoop[count];
        SharedPort?[] shared = BindShared(options.WebRtcPort, count, logger);
        for (int i = 0; i < count; i++) loops[i] = new MediaLoop(i, new PortPool(options.Ports, i, count), links, options.Batch, openIo, logger, dtls, shared[i]);
        var plane = new MediaPlane(loops, links, dtls);
        try
        {
            foreach (MediaLoop loop in loops) loop.Start(loops);
        }
        catch
        {
            plane.Dispose();
            throw;
        }
        Started(logger, count, loops[0].Backend, loops[0].Scheduling, loops.Sum(loop => loop.Ports.Free));
        return plane;
    }

    /// <summary>Has the code of DTLS handshakes compiled on threads of low priority. Returns at once.</summary>
    internal void WarmUpDtls() => _ = DtlsWarmUp.Begin(_dtls);

    /// <summary>Opens and binds an even/odd pair of ports; a WebRTC leg goes to its loop's shared port where there is one. Any thread; takes some microseconds and never waits.</summary>
    /// <returns>Null: no free pair is left, or the address is not ours (503).</returns>
    public MediaLeg? CreateLeg(MediaLegRequest request)
    {
        if (Volatile.Read(ref _disposed) != 0) return null;
        int preferred = request.Loop is { } wanted && wanted >= 0 && wanted < _loops.Length ? wanted : ChooseLoop();
        for (int i = 0; i < _loops.Length; i++)    // a loop whose ports are all in use leaves the leg to the next
        {
            MediaLoop loop = _loops[(preferred + i) % _loops.Length];
            if (request.WebRtc && loop.Shared?.Serving(request.LocalAddress) is { Length: > 0 } sharing) return OpenShared(loop, request, sharing);
            if (loop.Ports.TryBind(request.LocalAddress, MediaClock.Now, out BoundPair sockets)) return Open(loop, request, sockets);
        }
        return null;
    }

    /// <summary>Closes every leg, with RTCP BYE, and ends the loops.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        foreach (MediaLoop loop in _loops) loop.Dispose();
        _dtls.Dispose();    // every leg has ended its handshakes
        _links.Dispose();
    }

    private static SharedPort?[] BindShared(int first, int loops, ILogger log)
    {
        var bound = new SharedPort?[loops];
        if (first == 0) return bound;
        try
        {
            for (int i = 0; i < loops; i++) bound[i] = SharedPort.Bind(first + i, log);
        }
        catch
        {
            foreach (SharedPort? port in bound) port?.Dispose();
            throw;
        }
        return bound;
    }

    private MediaLeg Open(MediaLoop loop, MediaLegRequest request, in BoundPair sockets)
    {
        MediaLeg leg = NewLeg(loop, request, new IPEndPoint(request.LocalAddress, sockets.Pair.RtpPort));
        if (request.WebRtc) sockets.Rtcp!.Dispose();
        loop.Post(new OpenLeg(leg, request.CallId, request.WebRtc ? sockets with { Rtcp = null } : sockets));
        return leg;
    }

    private MediaLeg OpenShared(MediaLoop loop, MediaLegRequest request, int[] sharing)
    {
        SharedPort port = loop.Shared!;
        IPEndPoint[] addresses = [.. sharing.Select(i => new IPEndPoint(port.Sockets[i].Address, port.Port))];
        MediaLeg leg = NewLeg(loop, request, new IPEndPoint(request.LocalAddress, port.Port), addresses);
        loop.Post(new OpenLeg(leg, request.CallId, default, sharing));
        return leg;
    }

    private MediaLeg NewLeg(MediaLoop loop, MediaLegRequest request, IPEndPoint local, IPEndPoint[]? addresses = null) => new(
        Interlocked.Increment(ref _lastLeg), local, loop.Index, SeedRandom.Next(), request.OnEvent, loop.Post, request.WebRtc ? IceCredentials.Create() : null)
    {
        LocalAddresses = addresses ?? [local],
    };

    private int ChooseLoop()
    {
        Span<LoopState> states = stackalloc LoopState[_loops.Length];
        TimeSpan now = MediaClock.Now;
        for (int i = 0; i < states.Length; i++) states[i] = new LoopState(_loops[i].LegCount, _loops[i].Load.Share(now), _loops[i].Load.LegShare);
        return LoopChoice.Next(states);
    }

    [LoggerMessage(LogLevel.Information, "Media: {Loops} loops on {Backend}, scheduled {Scheduling}, {Pairs} port pairs")]
    private static partial void Started(ILogger log, int loops, string backend, string scheduling, int pairs);
}
