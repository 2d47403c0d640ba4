namespace Tandem.Events;

/// <summary>An event with its place in the order of this run, from 1.</summary>
public readonly record struct NumberedEvent(long Number, ApplianceEvent Event);
