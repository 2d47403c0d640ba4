using Interop.Audio;
using Interop.EndToEnd;
using Interop.Peers;
using Xunit;

namespace Interop.Browser;

/// <summary>The browser and the measures, without the appliance: what they find when all is well, and when it is not.</summary>
[Collection(Browsers.Name)]
public sealed class HarnessTests(Browsers browsers)
{
    /// <summary>What one connection of a page says, another one of the same page hears.</summary>
    [Fact]
    public async Task What_a_page_hears_through_its_own_connection_is_what_the_microphone_says()
    {
        await using Tab tab = await browsers.One.OpenAsync(browsers.Pages.Of("JsSIP"));
        await tab.EvaluateAsync("""
            (async () => {
              const a = new RTCPeerConnection(), b = new RTCPeerConnection();
              a.onicecandidate = ({ candidate }) => candidate && b.addIceCandidate(candidate);
              b.onicecandidate = ({ candidate }) => candidate && a.addIceCandidate(candidate);
              const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
              for (const track of stream.getTracks()) a.addTrack(track, stream);
              await a.setLocalDescription();
              await b.setRemoteDescription(a.localDescription);
              await b.setLocalDescription();
              await a.setRemoteDescription(b.localDescription);
            })()
            """);
        await Clock.SecondsAsync(7);
        byte[] samples = (await tab.EvaluateAsync("telephone.recording()")).GetBytesFromBase64();
        Assert.True(samples.Length > 96000 * 5, $"{samples.Length} bytes of sound");
        Sound heard = await WebPhone.SoundAsync(samples);

        Sound last = heard.Last(TimeSpan.FromSeconds(4));
        IReadOnlyList<double> right = SpectralDistance.PerSecond(last, browsers.One.Says), wrong = SpectralDistance.PerSecond(last, browsers.Two.Says);

        Figures.Write($"a page through its own connection: distance {SpectralDistance.Text(right)} dB, another speaker's {SpectralDistance.Text(wrong)} dB");
        Assert.True(right.Count == 4 && right.Max() <= SpectralDistance.Limit, SpectralDistance.Text(right));
        Assert.True(wrong.Average() > 1.5 * SpectralDistance.Limit, SpectralDistance.Text(wrong));
    }

    [Fact]
    public async Task Another_prompt_and_a_prompt_3_dB_too_quiet_and_half_a_second_missing_are_far_away()
    {
        Sound prompt = await Speech.RenderAsync(TandemSetup.Welcome), other = await Speech.RenderAsync("Our office is closed today. Please call again tomorrow.");
        Sound quiet = new([.. prompt.Samples.Select(s => (short)(s * 0.6))]);
        Sound holed = prompt.Slice(TimeSpan.Zero, TimeSpan.FromSeconds(2)) + Sound.Silence(TimeSpan.FromSeconds(0.5)) + prompt.Last(prompt.Duration - TimeSpan.FromSeconds(2.5));

        Assert.True(SpectralDistance.PerSecond(prompt, prompt).Max() < 0.1);
        Assert.True(SpectralDistance.PerSecond(prompt, other).Max() > 2 * SpectralDistance.Limit);
        Assert.True(SpectralDistance.PerSecond(prompt, quiet).Min() > 3);
        Assert.True(SpectralDistance.PerSecond(prompt, holed).Max() > SpectralDistance.Limit);
    }

    [Fact]
    public async Task What_a_page_complains_of_is_kept()
    {
        await using Tab tab = await browsers.One.OpenAsync(browsers.Pages.Of("SIP.js"));
        Assert.Empty(tab.Complaints);
        await tab.EvaluateAsync("setTimeout(() => { throw new Error('kept for the test'); })");
        await Clock.UntilAsync(() => Task.FromResult(tab.Complaints.Any(one => one.Contains("kept for the test", StringComparison.Ordinal))), 5, () => "no complaint");
        await Assert.ThrowsAsync<InvalidOperationException>(() => tab.EvaluateAsync("nothing.there"));
    }
}
