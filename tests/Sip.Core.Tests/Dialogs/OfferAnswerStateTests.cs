using Sip.Core.Dialogs;
using Xunit;

namespace Sip.Core.Tests.Dialogs;

public sealed class OfferAnswerStateTests
{
    [Fact]
    public void A_re_INVITE_meets_491_while_ours_is_open_and_500_while_theirs_is()
    {
        var state = new OfferAnswerState();
        Assert.Equal(0, state.StatusForInvite());
        state.InviteSent = true;
        Assert.Equal(491, state.StatusForInvite());
        state.InviteReceived = true;
        Assert.Equal(500, state.StatusForInvite());
    }

    [Fact]
    public void An_UPDATE_with_an_offer_meets_491_or_500_and_one_without_passes()
    {
        var state = new OfferAnswerState { LocalOfferPending = true };
        Assert.Equal((491, 0), (state.StatusForUpdate(carriesOffer: true), state.StatusForUpdate(carriesOffer: false)));
        state.LocalOfferPending = false;
        state.RemoteOfferPending = true;
        Assert.Equal(500, state.StatusForUpdate(carriesOffer: true));
        Assert.False(state.MayOffer);
    }

    [Fact]
    public void Nothing_is_offered_while_anything_is_open()
    {
        Assert.True(new OfferAnswerState().MayInvite);
        Assert.False(new OfferAnswerState { InviteSent = true }.MayInvite);
        Assert.False(new OfferAnswerState { InviteReceived = true }.MayInvite);
        Assert.False(new OfferAnswerState { LocalOfferPending = true }.MayInvite);
        Assert.False(new OfferAnswerState { RemoteOfferPending = true }.MayInvite);
    }

    [Fact]
    public void The_owner_of_the_Call_ID_waits_2100_to_4000_ms_and_the_other_0_to_2000()
    {
        for (int random = 0; random < 1000; random++)
        {
            Assert.InRange(OfferAnswerState.GlareWait(ownsCallId: true, random).TotalMilliseconds, 2100, 4000);
            Assert.InRange(OfferAnswerState.GlareWait(ownsCallId: false, random).TotalMilliseconds, 0, 2000);
            Assert.InRange(OfferAnswerState.RetryAfterSeconds(random), 0, 10);
        }
        Assert.Equal((4000, 2000), (OfferAnswerState.GlareWait(true, 190).TotalMilliseconds, OfferAnswerState.GlareWait(false, 200).TotalMilliseconds));
    }
}
