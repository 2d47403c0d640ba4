using Sip.Core.Transactions;
using Xunit;

namespace Sip.Core.Tests.Transactions;

/// <summary>Matching by RFC 3261 §17.1.3 and §17.2.3.</summary>
public sealed class TransactionTableTests
{
    private sealed class Item : Timed;

    private static byte[] Server(string branch, string host, int port, string method)
    {
        Span<byte> key = stackalloc byte[512];
        return key[..TransactionKey.WriteServer(key, Bytes(branch), Bytes(host), port, Bytes(method))].ToArray();
    }

    private static byte[] Branchless(string uri, string tag, string callId, uint cseq, string via, string method)
    {
        Span<byte> key = stackalloc byte[512];
        return key[..TransactionKey.WriteBranchless(key, Bytes(uri), Bytes(tag), Bytes(callId), cseq, Bytes(via), Bytes(method))].ToArray();
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.ASCII.GetBytes(text);

    [Fact]
    public void A_server_transaction_is_known_by_branch_sent_by_and_method()
    {
        var table = new TransactionTable<Item>();
        var item = new Item();
        Assert.True(table.TryAdd(TransactionKey.ToKey(Server("z9hG4bKa", "Host.example", 5060, "INVITE")), item, TimeSpan.FromSeconds(1)));
        Assert.False(table.TryAdd(TransactionKey.ToKey(Server("z9hG4bKa", "host.EXAMPLE", 5060, "INVITE")), new Item(), TimeSpan.FromSeconds(1)));
        Assert.True(table.TryFind(Server("z9hG4bKa", "host.example", 5060, "INVITE"), out Item? found));
        Assert.Same(item, found);
        Assert.False(table.TryFind(Server("z9hG4bKa", "host.example", 5061, "INVITE"), out _));
        Assert.False(table.TryFind(Server("z9hG4bKa", "other.example", 5060, "INVITE"), out _));
        Assert.False(table.TryFind(Server("z9hG4bKb", "host.example", 5060, "INVITE"), out _));
        Assert.False(table.TryFind(Server("z9hG4bKa", "host.example", 5060, "CANCEL"), out _));
    }

    [Fact]
    public void Fields_do_not_run_into_each_other() =>
        Assert.NotEqual(Branchless("sip:a", "b", "c", 1, "v", "INVITE"), Branchless("sip:ab", "", "c", 1, "v", "INVITE"));

    [Fact]
    public void A_branchless_request_is_known_by_uri_tag_call_id_cseq_and_via()
    {
        byte[] key = Branchless("sip:a@b", "t", "c", 1, "SIP/2.0/UDP h", "INVITE");
        Assert.Equal(key, Branchless("sip:a@b", "t", "c", 1, "SIP/2.0/UDP h", "INVITE"));
        Assert.NotEqual(key, Branchless("sip:a@b", "t", "c", 2, "SIP/2.0/UDP h", "INVITE"));
        Assert.NotEqual(key, Branchless("sip:a@b", "t", "c", 1, "SIP/2.0/UDP i", "INVITE"));
    }

    [Fact]
    public void A_key_that_does_not_fit_is_refused()
    {
        Span<byte> small = stackalloc byte[20];
        Assert.Equal(0, TransactionKey.WriteServer(small, Bytes("z9hG4bK12345678901234567890"), Bytes("h"), 5060, Bytes("INVITE")));
        Assert.Equal(0, TransactionKey.WriteClient(small, Bytes("z9hG4bK12345678901234567890"), Bytes("INVITE")));
    }

    [Fact]
    public void Looking_up_allocates_nothing()
    {
        var table = new TransactionTable<Item>();
        for (int i = 0; i < 100; i++)
            table.TryAdd(TransactionKey.ToKey(Server($"z9hG4bK{i}", "h", 5060, "INVITE")), new Item(), TimeSpan.FromSeconds(i));
        byte[] key = Server("z9hG4bK50", "h", 5060, "INVITE");
        Assert.True(table.TryFind(key, out _));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) table.TryFind(key, out _);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Transactions_come_due_in_order_and_leave_no_trace()
    {
        var table = new TransactionTable<Item>();
        for (int i = 0; i < 10; i++)
            table.TryAdd(TransactionKey.ToKey(Server($"z9hG4bK{i}", "h", 5060, "BYE")), new Item(), TimeSpan.FromSeconds(10 - i));
        Assert.Equal(TimeSpan.FromSeconds(1), table.NextDeadline);
        int due = 0;
        while (table.TryTakeDue(TimeSpan.FromSeconds(5), out Item? item))
        {
            due++;
            table.Reschedule(item, TimeSpan.FromSeconds(60));
        }
        Assert.Equal(5, due);
        Assert.Equal((10, TimeSpan.FromSeconds(6)), (table.Count, table.NextDeadline));
    }
}
