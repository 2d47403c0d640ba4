using Load.Sip;
using Xunit;

namespace Sip.Core.Tests.Load;

/// <summary>By which rule bench/Load says that an engine gives way, and how it looks for that rate.</summary>
public class RateSearchTests
{
    [Theory]
    [InlineData(0, 0, RateVerdict.Carried)]
    [InlineData(10, 0, RateVerdict.Carried)]
    [InlineData(0, 10, RateVerdict.Carried)]
    [InlineData(11, 0, RateVerdict.TooMuch)]
    [InlineData(6, 5, RateVerdict.TooMuch)]
    public void More_than_one_call_in_a_thousand_is_too_much_whether_it_failed_or_has_no_end(int failed, int unended, object verdict) =>
        Assert.Equal(verdict, RateJudge.Judge(Result(2000, failed, unended)));

    [Fact]
    public void The_rule_does_not_know_the_engine()
    {
        foreach (SipResult run in (SipResult[])[Result(2000), Result(2000, 11), Result(2000, begun: 1800), Result(2000, 11, lostBySipp: 1)])
            Assert.Equal(RateJudge.Judge(run with { Engine = "kamailio" }), RateJudge.Judge(run with { Engine = "tandem" }));
    }

    [Fact]
    public void A_load_that_was_not_there_or_answers_that_sipp_lost_say_nothing_of_the_engine()
    {
        Assert.Equal(RateVerdict.GeneratorsLimit, RateJudge.Judge(Result(2000, begun: 1899)));
        Assert.Equal(RateVerdict.Carried, RateJudge.Judge(Result(2000, begun: 1900)));
        Assert.Equal(RateVerdict.GeneratorsLimit, RateJudge.Judge(Result(2000, failed: 100, lostBySipp: 1)));
        Assert.Equal(RateVerdict.Carried, RateJudge.Judge(Result(2000, lostBySipp: 50)));
    }

    [Fact]
    public void The_search_goes_up_by_a_quarter_and_then_between()
    {
        List<int> tried = [];
        RateFound found = Search(1000, rate => Result(rate, rate > 1700 ? rate : 0), tried);
        Assert.Equal([1000, 1250, 1562, 1952, 1952, 1757, 1757, 1659], tried);
        Assert.Equal((1659, 1757), (found.Best!.Rate, found.Worst!.Rate));
    }

    [Fact]
    public void And_down_where_the_first_rate_is_too_much()
    {
        RateFound found = Search(1000, rate => Result(rate, rate > 300 ? rate : 0), []);
        Assert.InRange(found.Best!.Rate, 270, 300);
        Assert.InRange(found.Worst!.Rate, 301, 330);
        found = Search(1000, rate => Result(rate, rate), []);
        Assert.Null(found.Best);
        Assert.StartsWith("carried no rate; gave way at ", found.Text(cores: 2), StringComparison.Ordinal);
    }

    [Fact]
    public void What_goes_wrong_once_is_a_stall_of_the_host()
    {
        HashSet<int> before = [];
        RateFound found = Search(1000, rate => Result(rate, before.Add(rate) || rate > 2000 ? 50 : 0), []);
        Assert.InRange(found.Best!.Rate, 1850, 2000);
    }

    [Fact]
    public void It_says_whose_limit_it_was()
    {
        SipResult best = Result(1000);
        Assert.Equal("the engine's limit", new RateFound(best, Result(1250, 100)).Verdict(cores: 2));
        Assert.Equal("engine and sipp together filled the machine", new RateFound(best, Result(1250, 100) with { EngineShare = 1.3, GeneratorShare = 0.6 }).Verdict(cores: 2));
        Assert.Equal("sipp was at its end, the engine may carry more", new RateFound(best, Result(1250, begun: 1000)).Verdict(cores: 2));
        Assert.Contains("of the machine's 2 cores the engine took 50 %, sipp 10 %", new RateFound(best, null).Text(cores: 2), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_sipps_statistics_the_last_line_counts_and_the_first_with_all_calls_begun()
    {
        SippCount count = SippCount.Read(["StartTime;CurrentTime;OutgoingCall(C);SuccessfulCall(C);FailedCall(C);Retransmissions(C);", "a\tb\t100.0;a\tb\t100.1;50;0;0;0;",
            "a\tb\t100.0;a\tb\t102.0;200;150;0;1;", "a\tb\t100.0;a\tb\t109.0;200;197;2;3;"]);
        Assert.Equal((197, 2, 3, 200), (count.Right, count.Failed, count.Resent, count.Begun));
        Assert.Equal(100, count.PerSecond, tolerance: 0.01);
        Assert.Equal(default, SippCount.Read([]));
        Assert.Equal(0, SippCount.Read(["OutgoingCall(C)", "0"]).PerSecond);
    }

    [Fact]
    public void Complaints_that_belong_to_each_call_are_left_out()
    {
        const string At = "2026-11-23\t14:01:40.420224\t1795442500.420224: ";
        Assert.Equal("Aborting call\nSIP/2.0 503\nDiscarding", SippErrors.First(
            $"The following events occurred:\n{At}Call-Id: 1, receive timeout, jumping to label 1{At}Aborting call\nSIP/2.0 503\n{At}Call-Id: 2, jumping to label 1{At}Discarding\n"));
        Assert.Equal("", SippErrors.First(""));
    }

    private static RateFound Search(int first, Func<int, SipResult> measure, List<int> tried) => new RateSearch(rate =>
    {
        tried.Add(rate);
        return measure(rate);
    }, first).Run();

    private static SipResult Result(int rate, int failed = 0, int unended = 0, double? begun = null, long lostBySipp = 0)
    {
        int wanted = rate * 5;
        return new SipResult("an engine", rate, wanted, wanted - failed - unended, failed, 0, begun ?? rate, 0, lostBySipp, TimeSpan.FromSeconds(5), 5000, 1, 0.2, 0, 0, 0, null);
    }
}
