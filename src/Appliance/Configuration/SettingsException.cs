namespace Tandem.Configuration;

/// <summary>The settings are wrong; the message names file, line and what is allowed, one fault a line.</summary>
public sealed class SettingsException(string message, string advice, Exception? inner = null) : StartException(message, advice, inner);
