namespace Placeholder;

public class Placeholder
{
    [Xunit.Fact]
    public void Builds() => Xunit.Assert.True(true);
}
