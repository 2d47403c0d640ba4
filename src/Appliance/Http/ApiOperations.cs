namespace Tandem.Http;

/// <summary>Everything that can be asked of the appliance.</summary>
public static class ApiOperations
{
    public static IReadOnlyList<ApiOperation> All { get; } =
    [
        ApplianceApi.Status, ApplianceApi.Reload, ApplianceApi.Say,
        UserApi.List, UserApi.Add, UserApi.Change, UserApi.Password, UserApi.Remove,
        AgentApi.List, AgentApi.Add, AgentApi.Status, AgentApi.Remove,
        MenuApi.List, MenuApi.Show, MenuApi.Add, MenuApi.Change, MenuApi.SetOption, MenuApi.RemoveOption, MenuApi.Remove,
        ExtensionApi.List, ExtensionApi.Set, ExtensionApi.Remove,
        CallApi.List, CallApi.Show, CallApi.Record,
    ];
}
