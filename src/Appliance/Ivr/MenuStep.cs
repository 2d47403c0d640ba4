namespace Tandem.Ivr;

/// <summary>Where a caller goes after an action: out, to another menu, or back with a notice spoken first.</summary>
internal readonly record struct MenuStep(bool Over, string? Menu, string? Notice)
{
    public static MenuStep Done => new(true, null, null);

    public static MenuStep To(string menu) => new(false, menu, null);

    public static MenuStep Again(string? notice) => new(false, null, notice);
}
