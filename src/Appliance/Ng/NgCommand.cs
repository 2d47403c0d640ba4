namespace Tandem.Ng;

/// <summary>The commands of the protocol that we know.</summary>
internal enum NgCommand : byte { Unknown, Ping, Offer, Answer, Delete, Query, List, Statistics, PlayMedia, StopMedia }
