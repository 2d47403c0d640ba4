namespace Tandem.Ng;

/// <summary>Two sides that exchange offers and answers: one branch of a call.</summary>
internal sealed class NgDialogue
{
    /// <summary>The side that offered first, and the other.</summary>
    public NgSide[] Sides { get; } = [new(), new()];

    public List<NgStream> Streams { get; } = [];

    public string ViaBranch { get; set; } = "";

    /// <summary>Index of the side whose offer is being answered, or was last.</summary>
    public int Offerer { get; set; }

    /// <summary>Index of the side with this tag; −1: neither.</summary>
    public int SideOf(string tag) => tag.Length == 0 ? -1 : Sides[0].Tag == tag ? 0 : Sides[1].Tag == tag ? 1 : -1;

    public void Close()
    {
        foreach (NgStream stream in Streams) stream.Close();
    }
}
