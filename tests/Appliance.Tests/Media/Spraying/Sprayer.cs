using System.Net;
using Tandem.Media;
using Xunit;

namespace Appliance.Tests.Media.Spraying;

/// <summary>Strangers on the phones' host and on others, who send <see cref="Forgeries"/> to both ports of every leg between the phones' own packets.</summary>
internal sealed class Sprayer(MediaPlane plane, SprayedPhone[] phones, int seed) : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly LoopbackPhone[] _neighbours = [new(IPAddress.Loopback)];
    private readonly LoopbackPhone[] _outsiders = [new(IPAddress.Parse("127.0.0.66")), new(IPAddress.Parse("127.0.0.67"))];
    private readonly Random _random = new(seed);
    private readonly long _before = Taken(plane);
    private long _sent;

    /// <summary>Datagrams that went to a stranger.</summary>
    public int Heard => _neighbours.Concat(_outsiders).Sum(stranger => stranger.Rtp.Length + stranger.Reports);

    public int OtherEvents => phones.Sum(phone => phone.OtherEvents);

    /// <param name="talk">The phones talk too.</param>
    public void Rounds(int count, bool talk)
    {
        for (int i = 0; i < count; i++) Round(talk);
    }

    public void RoundsUntil(Func<bool> reached, TimeSpan patience)
    {
        TimeSpan end = MediaClock.Now + patience;
        while (!reached() && MediaClock.Now < end) Round(talk: true);
        Assert.True(reached());
    }

    public void Dispose()
    {
        foreach (LoopbackPhone stranger in (LoopbackPhone[])[.. _neighbours, .. _outsiders]) stranger.Dispose();
    }

    /// <summary>One packet of each phone and a few dozen of strangers, in any order.</summary>
    private void Round(bool talk)
    {
        List<Action> turns = [];
        foreach (SprayedPhone phone in phones)
        {
            if (talk) turns.Add(() => Talk(phone));
            foreach (LoopbackPhone stranger in _neighbours) turns.Add(() => Spray(stranger, phone, isNeighbour: true));
            foreach (LoopbackPhone stranger in _outsiders) turns.Add(() => Spray(stranger, phone, isNeighbour: false));
        }
        Action[] order = [.. turns];
        _random.Shuffle(order);
        foreach (Action turn in order) turn();
        Assert.True(SpinWait.SpinUntil(() => Taken(plane) - _before >= _sent, s_patience), $"{Taken(plane) - _before} of {_sent} datagrams were taken");
    }

    private void Talk(SprayedPhone phone)
    {
        phone.Talk();
        _sent++;
        if (!phone.IsLocked || phone.HasReported) return;
        phone.Report();
        _sent++;
    }

    private void Spray(LoopbackPhone stranger, SprayedPhone phone, bool isNeighbour)
    {
        int kinds = MayFit(phone, isNeighbour) ? Forgeries.Kinds : Forgeries.FirstFitting;
        stranger.Send(phone.Leg.LocalRtp, Forgeries.Make(_random.Next(kinds), phone, _random));
        stranger.Send(phone.Leg.LocalRtcp, Forgeries.Make(_random.Next(kinds), phone, _random));
        phone.Sprayed += 2;
        _sent += 2;
    }

    /// <summary>What fits is a phone's until the phone is known: a plain packet of its own host, or of any where it is behind NAT.</summary>
    private static bool MayFit(SprayedPhone phone, bool isNeighbour) =>
        phone.IsSecure || !phone.IsAgreed || (phone.IsLocked && phone.HasReported) || (!isNeighbour && !phone.BehindNat);

    private static long Taken(MediaPlane plane) => plane.Status.Loops.Sum(loop => loop.PacketsReceived);
}
