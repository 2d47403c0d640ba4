namespace Tandem.Routing;

/// <summary>Blocked and emergency numbers, ready to be asked.</summary>
public sealed class NumberRules
{
    private readonly PrefixMap<NumberRule>[] _maps = [new(), new(), new()];    // by kind

    public NumberRules(IEnumerable<NumberRule> rules)
    {
        foreach (NumberRule rule in rules) _maps[(int)rule.Kind].Add(rule.Number, rule.Prefix, rule);
    }

    /// <summary>The rule of this kind for a number; null: none.</summary>
    /// <param name="dialled">As it was dialled or received.</param>
    /// <param name="e164">The same in E.164 with +; null: it has no such form.</param>
    public NumberRule? Find(NumberRuleKind kind, string dialled, string? e164)
    {
        PrefixMap<NumberRule> map = _maps[(int)kind];
        return e164 is not null && map.TryFind(e164, out NumberRule? rule) || map.TryFind(dialled, out rule) ? rule : null;
    }
}
