namespace Tandem.Configuration;

/// <summary>What form a value had where it was written.</summary>
internal enum RawKind
{
    /// <summary>From the command line: text that may mean anything.</summary>
    Any,
    Text,
    Number,
    Truth,
    Other,
}

/// <summary>A value as written, before it is known whether the key takes it.</summary>
/// <param name="Kind">Form of every item; <see cref="RawKind.Other"/> where items differ or are of no form that a key takes.</param>
/// <param name="Written">As it stood, for messages.</param>
/// <param name="BaseFolder">Relative paths are taken from here.</param>
internal sealed record RawSetting(RawKind Kind, IReadOnlyList<string> Items, bool IsList, string Written, string BaseFolder);
