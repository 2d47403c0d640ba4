namespace Tandem.Ng;

/// <summary>What a value of an ng dictionary is.</summary>
internal enum NgKind : byte { None, Text, Integer, List, Dictionary }
