namespace Tandem.Configuration;

/// <summary>Makes a property of an options record a key of <c>tandem.toml</c>: its name, its documentation and what it accepts.</summary>
/// <remarks>The property's initializer is the key's default, so file, documentation, defaults and checks have one source.</remarks>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute(string name, string documentation) : Attribute
{
    /// <summary>The key within its section, as written in the file.</summary>
    public string Name { get; } = name;

    /// <summary>One or more sentences for the person who edits the file.</summary>
    public string Documentation { get; } = documentation;

    /// <summary>Smallest number accepted, in the key's unit.</summary>
    public int Min { get; init; } = int.MinValue;

    /// <summary>Largest number accepted, in the key's unit.</summary>
    public int Max { get; init; } = int.MaxValue;

    /// <summary>Unit of a number that becomes a <see cref="TimeSpan"/>: s, ms or us.</summary>
    public string Unit { get; init; } = "";

    /// <summary>The only texts accepted, separated by <c>|</c>; empty: any text.</summary>
    public string Choices { get; init; } = "";

    /// <summary>The text is a path; a relative one in the file is taken from the file's folder.</summary>
    public bool IsPath { get; init; }

    /// <summary>The text is an IP address.</summary>
    public bool IsAddress { get; init; }

    /// <summary>The text is up to 8 digits, or empty.</summary>
    public bool IsDigits { get; init; }

    /// <summary>The value is a secret or may contain one: never shown, never logged.</summary>
    public bool IsSecret { get; init; }

    /// <summary>A value to show in the documented file for a key that has no default, as TOML text.</summary>
    public string Example { get; init; } = "";
}
