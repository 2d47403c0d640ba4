namespace Tandem.Media;

/// <summary>Which of a leg's two ports.</summary>
internal enum MediaComponent : byte { Rtp, Rtcp }
