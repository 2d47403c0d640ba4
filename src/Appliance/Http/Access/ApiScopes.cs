using System.Text.RegularExpressions;

namespace Tandem.Http.Access;

/// <summary>What a token may be used for: <c>users:read</c>, <c>calls:write</c>, <c>*:read</c>, <c>*</c>. Writing includes reading.</summary>
public static partial class ApiScopes
{
    public const string All = "*";

    [GeneratedRegex("^([a-z-]+|[*]):(read|write)$|^[*]$")]
    private static partial Regex Form { get; }

    public static bool IsValid(string scope) => Form.IsMatch(scope) && (scope.StartsWith('*') || scope.Split(':')[0] == EventStream.Scope.Split(':')[0] || ApiOperations.All.Any(operation =>
        operation.Scope?.Split(':')[0] == scope.Split(':')[0]));

    /// <summary>Whether any of <paramref name="held"/> covers <paramref name="needed"/>.</summary>
    public static bool Cover(IReadOnlyList<string> held, string needed)
    {
        string[] need = needed.Split(':');
        return held.Any(scope => scope == All
            || (scope.Split(':') is [var area, var verb] && (area == All || area == need[0]) && (verb == "write" || verb == need[1])));
    }
}
