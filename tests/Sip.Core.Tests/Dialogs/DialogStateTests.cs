using System.Text;
using Sip.Core.Dialogs;
using Xunit;

namespace Sip.Core.Tests.Dialogs;

/// <summary>RFC 3261 §12.</summary>
public sealed class DialogStateTests
{
    private static readonly RouteEntry[] _looseRoutes = [Entry("sip:p1;lr", true), Entry("sip:p2;lr", true)];

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.ASCII.GetString(bytes.Span);

    private static RouteEntry Entry(string uri, bool loose) => new(Bytes($"<{uri}>"), Bytes(uri), loose);

    private static DialogState Uas(params RouteEntry[] routes) => DialogState.AsUas(Bytes("c"), Bytes("ours"), Bytes("theirs"),
        Bytes("<sip:us>;tag=ours"), Bytes("<sip:them>;tag=theirs"), Bytes("sip:them@host"), routes, remoteCSeq: 10);

    private static DialogState Uac(params RouteEntry[] routes) => DialogState.AsUac(Bytes("c"), Bytes("ours"), Bytes("theirs"),
        Bytes("<sip:us>;tag=ours"), Bytes("<sip:them>;tag=theirs"), Bytes("sip:them@host"), routes, localCSeq: 5);

    [Fact]
    public void The_called_side_keeps_Record_Route_in_order_and_the_calling_side_reverses_it()
    {
        Assert.Equal(["<sip:p1;lr>", "<sip:p2;lr>"], Uas(_looseRoutes).Route().Routes.Select(Text));
        Assert.Equal(["<sip:p2;lr>", "<sip:p1;lr>"], Uac(_looseRoutes).Route().Routes.Select(Text));
    }

    [Fact]
    public void Loose_routing_keeps_the_target_in_the_Request_URI()
    {
        RequestRouting routing = Uas(_looseRoutes).Route();
        Assert.Equal(("sip:them@host", "sip:p1;lr"), (Text(routing.RequestUri), Text(routing.NextHop)));
    }

    [Fact]
    public void A_strict_router_gets_the_Request_URI_and_the_target_goes_last()
    {
        RequestRouting routing = Uas(Entry("sip:strict", false), Entry("sip:p2;lr", true)).Route();
        Assert.Equal(("sip:strict", "sip:strict"), (Text(routing.RequestUri), Text(routing.NextHop)));
        Assert.Equal(["<sip:p2;lr>", "<sip:them@host>"], routing.Routes.Select(Text));
    }

    [Fact]
    public void Without_routes_the_target_is_the_next_hop()
    {
        RequestRouting routing = Uac().Route();
        Assert.Equal("sip:them@host", Text(routing.NextHop));
        Assert.Empty(routing.Routes);
    }

    [Fact]
    public void Remote_CSeq_only_rises_and_may_jump()
    {
        DialogState dialog = Uas();
        Assert.False(dialog.TryAdvanceRemoteCSeq(10));
        Assert.True(dialog.TryAdvanceRemoteCSeq(11));
        Assert.True(dialog.TryAdvanceRemoteCSeq(100));
        Assert.False(dialog.TryAdvanceRemoteCSeq(50));
        Assert.True(Uac().TryAdvanceRemoteCSeq(0));
    }

    [Fact]
    public void Local_CSeq_goes_on_from_the_INVITE()
    {
        DialogState dialog = Uac();
        Assert.Equal((6u, 7u), (dialog.NextCSeq(), dialog.NextCSeq()));
        Assert.Equal(1u, Uas().NextCSeq());
    }

    [Fact]
    public void The_2xx_brings_the_route_set_that_counts_once()
    {
        DialogState dialog = Uac(_looseRoutes);
        dialog.Confirm([Entry("sip:p3;lr", true)]);
        dialog.Confirm([]);
        Assert.Equal(DialogPhase.Confirmed, dialog.Phase);
        Assert.Equal("<sip:p3;lr>", Text(Assert.Single(dialog.Route().Routes)));
    }

    [Fact]
    public void A_target_refresh_moves_the_target_and_leaves_the_routes()
    {
        DialogState dialog = Uas(_looseRoutes);
        dialog.RefreshTarget(Bytes("sip:moved"));
        dialog.RefreshTarget(default);
        Assert.Equal("sip:moved", Text(dialog.Route().RequestUri));
        Assert.Equal(2, dialog.Route().Routes.Count);
    }

    [Fact]
    public void A_dialog_is_known_by_Call_ID_and_both_tags()
    {
        DialogState dialog = Uas();
        Assert.True(dialog.Matches("c"u8, "ours"u8, "theirs"u8));
        Assert.False(dialog.Matches("C"u8, "ours"u8, "theirs"u8));
        Assert.False(dialog.Matches("c"u8, "theirs"u8, "ours"u8));
        Assert.False(dialog.Matches("c"u8, "ours"u8, ""u8));
    }
}
