using Tandem.Storage;
using Xunit;

namespace Tandem.Tests.Storage;

public sealed class AgentBoardTests
{
    private static readonly DirectorySnapshot s_directory = DirectorySnapshot.Of([], [],
        [Of("1"), Of("2"), Of("3", AgentStatus.Offline)], []);

    [Fact]
    public void The_first_of_the_list_is_picked_while_nobody_had_a_call() => Assert.Equal("2", new AgentBoard().Pick(["2", "1"], s_directory)!.Extension);

    [Fact]
    public void An_agent_with_a_call_offline_or_unknown_is_not_picked()
    {
        var board = new AgentBoard();
        board.Add("1");
        Assert.Equal("2", board.Pick(["1", "3", "ghost", "2"], s_directory)!.Extension);
        board.Add("2");
        Assert.Null(board.Pick(["1", "2", "3"], s_directory));
    }

    [Fact]
    public void Among_the_free_the_one_idle_for_longest_is_picked()
    {
        var board = new AgentBoard();
        board.Add("1");
        board.Remove("1");
        Assert.Equal("2", board.Pick(["1", "2"], s_directory)!.Extension);
        board.Add("2");
        board.Remove("2");
        Assert.Equal("1", board.Pick(["1", "2"], s_directory)!.Extension);
    }

    private static Agent Of(string extension, string status = AgentStatus.Available) => new(0, extension, "", null, status, 0, 0);
}
