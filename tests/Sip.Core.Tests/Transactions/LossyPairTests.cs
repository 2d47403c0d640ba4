using Sip.Core.Transactions;
using Xunit;

namespace Sip.Core.Tests.Transactions;

/// <summary>Client and server machine face to face over a seeded network that loses and delays.</summary>
public sealed class LossyPairTests
{
    private readonly PriorityQueue<Action, (TimeSpan At, int Order)> _events = new();
    private TimeSpan _now;
    private int _order;

    public static IEnumerable<TheoryDataRow<int>> Seeds()
    {
        for (int seed = 0; seed < 200; seed++) yield return seed;
    }

    private void Later(TimeSpan wait, Action action) => _events.Enqueue(action, (_now + wait, _order++));

    private void Run(Func<TimeSpan> deadline, Action timers)
    {
        while (true)
        {
            TimeSpan due = deadline();
            bool queued = _events.TryPeek(out _, out (TimeSpan At, int) next);
            if (!queued && due == TimeSpan.MaxValue) return;
            _now = queued && next.At <= due ? next.At : due;
            if (queued && next.At <= due) _events.Dequeue()();
            else timers();
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_refused_INVITE_ends_on_both_sides_and_each_user_hears_of_it_once(int seed)
    {
        var random = new Random(seed);
        var client = new InviteClientTransaction(SipTimers.Rfc3261, reliable: false);
        InviteServerTransaction? server = null;
        int heard = 0, failed = 0, served = 0;

        void Send(Action arrive)
        {
            if (random.NextDouble() < 0.3) return;
            Later(TimeSpan.FromMilliseconds(random.Next(1, 400)), arrive);
        }

        void Client(TransactionActions actions, int status)
        {
            if ((actions & TransactionActions.SendRequest) != 0) Send(OnInvite);
            if ((actions & TransactionActions.SendAck) != 0) Send(() => Server(server!.OnAck(_now)));
            if ((actions & TransactionActions.PassUp) != 0 && status >= 300) heard++;
            if ((actions & TransactionActions.TimedOut) != 0) failed++;
        }

        void Server(TransactionActions actions)
        {
            if ((actions & TransactionActions.SendResponse) != 0) Send(() => Client(client.OnResponse(486, _now), 486));
        }

        void OnInvite()
        {
            if (server is not null)
            {
                Server(server.OnInvite());
                return;
            }
            served++;
            server = new InviteServerTransaction(SipTimers.Rfc3261, reliable: false);
            Server(server.OnResponse(486, _now));
        }

        Client(client.Start(_now), 0);
        Run(() => Min(client.Deadline, server?.Deadline), () =>
        {
            if (client.Deadline <= _now) Client(client.OnTimer(_now), 0);
            if (server is not null && server.Deadline <= _now) Server(server.OnTimer(_now));
        });
        Assert.Equal(1, heard + failed);
        Assert.True(served <= 1);
        Assert.Equal(InviteClientState.Terminated, client.State);
        if (server is not null) Assert.Equal(InviteServerState.Terminated, server.State);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_request_is_served_at_most_once_and_answered_or_timed_out(int seed)
    {
        var random = new Random(seed);
        var client = new NonInviteClientTransaction(SipTimers.Rfc3261, reliable: false);
        NonInviteServerTransaction? server = null;
        int heard = 0, failed = 0, served = 0;

        void Send(Action arrive)
        {
            if (random.NextDouble() < 0.4) return;
            Later(TimeSpan.FromMilliseconds(random.Next(1, 600)), arrive);
        }

        void Client(TransactionActions actions)
        {
            if ((actions & TransactionActions.SendRequest) != 0) Send(OnRequest);
            if ((actions & TransactionActions.PassUp) != 0) heard++;
            if ((actions & TransactionActions.TimedOut) != 0) failed++;
        }

        void Server(TransactionActions actions)
        {
            if ((actions & TransactionActions.SendResponse) != 0) Send(() => Client(client.OnResponse(200, _now)));
        }

        void OnRequest()
        {
            if (server is not null)
            {
                Server(server.OnRequest());
                return;
            }
            served++;
            server = new NonInviteServerTransaction(SipTimers.Rfc3261, reliable: false, _now);
            Server(server.OnResponse(200, _now));
        }

        Client(client.Start(_now));
        Run(() => Min(client.Deadline, server?.Deadline), () =>
        {
            if (client.Deadline <= _now) Client(client.OnTimer(_now));
            if (server is not null && server.Deadline <= _now) Server(server.OnTimer(_now));
        });
        Assert.Equal(1, heard + failed);
        Assert.True(served <= 1);
        Assert.Equal(NonInviteClientState.Terminated, client.State);
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan? b) => b < a ? b.Value : a;
}
