using System.Text;
using Tandem.Calls;
using Xunit;

namespace Appliance.Tests.Calls;

public class InfoDigitTests
{
    [Theory]
    [InlineData("application/dtmf-relay", "Signal=1\r\nDuration=160\r\n", '1', 160)]
    [InlineData("application/dtmf-relay", "Signal= #\r\nDuration= 250", '#', 250)]
    [InlineData("Application/DTMF-Relay; charset=utf-8", "signal=a\nduration=99999", 'A', 5000)]
    [InlineData("application/dtmf-relay", "Signal=10\r\n", '*', 160)]
    [InlineData("application/dtmf-relay", "Duration=1\r\nSignal=11\r\n", '#', 40)]
    [InlineData("application/dtmf", "5", '5', 160)]
    [InlineData("application/dtmf", "*\r\n", '*', 160)]
    public void A_key_is_read(string contentType, string body, char digit, int durationMs)
    {
        Assert.True(InfoDigit.TryParse(contentType, Encoding.ASCII.GetBytes(body), out char read, out int ms));
        Assert.Equal((digit, durationMs), (read, ms));
    }

    [Theory]
    [InlineData("application/dtmf-relay", "")]
    [InlineData("application/dtmf-relay", "Signal=\r\n")]
    [InlineData("application/dtmf-relay", "Signal=E\r\n")]
    [InlineData("application/dtmf-relay", "Signal=16\r\n")]
    [InlineData("application/dtmf", "17")]
    [InlineData("application/dtmf", "123")]
    [InlineData("text/plain", "1")]
    public void What_is_no_key_is_refused(string contentType, string body) =>
        Assert.False(InfoDigit.TryParse(contentType, Encoding.ASCII.GetBytes(body), out _, out _));
}
