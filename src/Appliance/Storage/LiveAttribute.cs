namespace Tandem.Storage;

/// <summary>A field that changes by itself, such as a counter: it is no change that somebody made, and If-Match goes by the others.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LiveAttribute : Attribute;
